//go:build !unix

package devpg

import "context"

// startPrivate returns an error, as startLocal does.
func startPrivate(ctx context.Context, _ PrivateOptions) (*Private, error) {
	_, err := startLocal(ctx, Options{})
	return nil, err
}
