package gen

import "go/types"

// indirect returns a type without pointers.
func indirect(t types.Type) types.Type {
	for {
		p, ok := t.Underlying().(*types.Pointer)
		if !ok {
			return t
		}
		t = p.Elem()
	}
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// method returns a method of *t by its name and the numbers of its parameters
// and results.
func method(t types.Type, name string, params, results int) (*types.Signature, bool) {
	if types.IsInterface(t) {
		return nil, false // a pointer to an interface has no methods
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, nil, name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	sig := fn.Signature()
	return sig, sig.Params().Len() == params && sig.Results().Len() == results
}

// isValuer reports whether the type is a driver.Valuer.
func isValuer(t types.Type) bool {
	sig, ok := method(t, "Value", 0, 2)
	return ok && typeName(sig.Results().At(0).Type()) == "database/sql/driver.Value"
}

// isSerializer reports whether the type is a schema.SerializerInterface.
func isSerializer(t types.Type) bool {
	_, scans := method(t, "Scan", 4, 1)
	_, values := method(t, "Value", 4, 2)
	return scans && values
}

// typeName returns "path.Name" for a named type, "" for others.
func typeName(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// isTimeStruct reports whether st is the struct of time.Time, to which types
// with it convert.
func isTimeStruct(st *types.Struct) bool {
	if st.NumFields() == 0 {
		return false
	}
	f := st.Field(0)
	return f.Pkg() != nil && f.Pkg().Path() == "time" && f.Name() == "wall"
}

// hasInvalid reports whether a type, or a part of it, was not found.
func hasInvalid(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() == types.Invalid
	case *types.Pointer:
		return hasInvalid(t.Elem())
	case *types.Slice:
		return hasInvalid(t.Elem())
	case *types.Array:
		return hasInvalid(t.Elem())
	case *types.Map:
		return hasInvalid(t.Key()) || hasInvalid(t.Elem())
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if hasInvalid(arg) {
				return true
			}
		}
		return t.Underlying() == types.Typ[types.Invalid]
	}
	return false
}

// reachable reports whether code of package from may name the type.
func reachable(t types.Type, from *types.Package) bool {
	switch t := t.(type) {
	case *types.Alias:
		return reachableName(t.Obj(), t.TypeArgs(), from)
	case *types.Named:
		return reachableName(t.Obj(), t.TypeArgs(), from)
	case *types.Pointer:
		return reachable(t.Elem(), from)
	case *types.Slice:
		return reachable(t.Elem(), from)
	case *types.Array:
		return reachable(t.Elem(), from)
	case *types.Map:
		return reachable(t.Key(), from) && reachable(t.Elem(), from)
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() && f.Pkg() != from || !reachable(f.Type(), from) {
				return false
			}
		}
	}
	return true
}

func reachableName(obj *types.TypeName, args *types.TypeList, from *types.Package) bool {
	if obj.Pkg() != nil && obj.Pkg() != from && (!obj.Exported() || !importable(obj.Pkg().Path(), from.Path())) {
		return false
	}
	for arg := range args.Types() {
		if !reachable(arg, from) {
			return false
		}
	}
	return true
}
