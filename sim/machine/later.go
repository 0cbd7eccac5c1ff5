package machine

import "sync/atomic"

// Later is what is built when it is first asked for: a program that starts, with a learner waiting, may need none of the tables that
// it has, and has none of those that nothing in it asks for. The zero value is one that nobody has asked for.
type Later[T any] struct{ built atomic.Pointer[T] }

// Get builds it where that has not been done. Goroutines that ask first at the same time may each build it: it is the same.
func (l *Later[T]) Get(build func() *T) *T {
	if built := l.built.Load(); built != nil {
		return built
	}
	built := build()
	l.built.Store(built)
	return built
}
