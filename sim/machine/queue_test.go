package machine_test

import (
	"testing"

	"ehlo/sim/machine"
)

func TestQueue(t *testing.T) {
	var q machine.Queue[int]
	take := func(q *machine.Queue[int], want int) {
		t.Helper()
		if n, ok := q.Next(); n != want || ok != (want > 0) {
			t.Errorf("next is %d %t, want %d", n, ok, want)
		}
	}
	take(&q, 0)
	for n := range 3 {
		q.Add(n + 1)
	}
	take(&q, 1)
	c := q.Clone()
	c.Add(4)
	q.Add(5)
	if q.Len() != 3 || c.Len() != 3 {
		t.Errorf("%d and %d wait", q.Len(), c.Len())
	}
	for _, n := range []int{2, 3, 5, 0, 0} {
		take(&q, n)
	}
	for _, n := range []int{2, 3, 4, 0} {
		take(&c, n)
	}
	q.Add(6)
	take(&q, 6)
	if n := testing.AllocsPerRun(100, func() { q.Add(7); q.Next() }); n > 0 {
		t.Errorf("a queue that is emptied again and again allocates %v times", n)
	}
}
