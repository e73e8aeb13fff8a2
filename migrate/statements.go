package migrate

import "slices"

// statements returns the statements of a file's operations forward and back,
// and what the way back deletes. s is the state before; it becomes the state
// after.
func statements(s *State, ops []Op) (forward, back, loses []string, err error) {
	var undo [][]Op
	for _, op := range ops {
		sql, err := op.forward(s)
		if err != nil {
			return nil, nil, nil, err
		}
		forward = append(forward, sql...)
		inverse, err := op.inverse(s)
		if err != nil {
			return nil, nil, nil, err
		}
		undo = append(undo, inverse)
		if err := op.Apply(s); err != nil {
			return nil, nil, nil, err
		}
	}
	at := s.Clone()
	for _, inverse := range slices.Backward(undo) {
		for _, op := range inverse {
			sql, err := op.forward(at)
			if err != nil {
				return nil, nil, nil, err
			}
			back = append(back, sql...)
			if gone := deleted(at, op); gone != "" && !slices.Contains(loses, gone) {
				loses = append(loses, gone)
			}
			if err := op.Apply(at); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	return forward, back, loses, nil
}

// deleted returns the table or column whose data an operation deletes, "" if it
// deletes none.
func deleted(s *State, op Op) string {
	switch o := op.(type) {
	case DropTable:
		return o.Table
	case DropPartition:
		return inSchemaOf(o.Table, o.Name)
	case DropColumn:
		if t := s.Tables[o.Table]; t != nil {
			if c, ok := t.Column(o.Column); ok && c.Generated == "" {
				return o.Table + "." + o.Column
			}
		}
	}
	return ""
}
