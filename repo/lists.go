package repo

import "context"

// CreateAll is Repository.Create of a list, which may be empty: each object by
// a statement of its own, with hooks and signals, in one transaction.
// BulkCreate writes long lists.
func CreateAll[T any](ctx context.Context, src Source[T], objs []*T) error {
	if len(objs) == 0 {
		return stateIn[*T](src).Mistake()
	}
	return stateIn[*T](src).Create(ctx, anys(objs))
}

// AddAll is RelatedManager.Add of a list, which may be empty.
func AddAll[P, C any](ctx context.Context, m *RelatedManager[P, C], objs []*C) error {
	if len(objs) == 0 {
		return m.Err()
	}
	return m.Add(ctx, objs[0], objs[1:]...)
}

// RemoveAll is RelatedManager.Remove of a list, which may be empty.
func RemoveAll[P, C any](ctx context.Context, m *RelatedManager[P, C], objs []*C) error {
	if len(objs) == 0 {
		return m.Err()
	}
	return m.Remove(ctx, objs[0], objs[1:]...)
}
