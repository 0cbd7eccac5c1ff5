package imap_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// Whatever messages say that they answer, each stands in one thread, and once.
func TestThreadsHoldEachMessageOnce(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(seed, 3))
	for range 300 {
		n := r.IntN(12)
		var batch store.Batch
		for range n {
			batch.Append = append(batch.Append, store.Draft{Content: randomLetter(r)})
		}
		a := account(nil, nil)
		box, _ := a.Mailbox("INBOX")
		if _, err := box.Commit(batch); err != nil {
			t.Fatal(err)
		}
		h := newHost(imap.Config{}, a)
		h.Receive(0, []byte("x LOGIN bob plover\r\nx SELECT INBOX\r\n"))
		h.Output()
		for _, algorithm := range []string{"REFERENCES", "ORDEREDSUBJECT"} {
			h.Receive(0, []byte("x THREAD "+algorithm+" UTF-8 ALL\r\n"))
			responses := checkResponses(t, h.Output())
			var numbers []int
			for _, v := range responses[0].Threads {
				numbers = append(numbers, numbersOf(v)...)
			}
			slices.Sort(numbers)
			want := make([]int, n)
			for i := range want {
				want[i] = i + 1
			}
			if !slices.Equal(numbers, want) {
				var all []string
				for _, d := range batch.Append {
					all = append(all, string(d.Content))
				}
				t.Fatalf("%s of %d messages is %+v\n%s\nrepeat with: go test -run %s -seed %d", algorithm, n, responses[0].Threads,
					strings.Join(all, "--\n"), t.Name(), seed)
			}
		}
	}
}

func numbersOf(v imap.Value) (numbers []int) {
	if n, ok := v.Number(); ok {
		return []int{int(n)}
	}
	for _, m := range v.List {
		numbers = append(numbers, numbersOf(m)...)
	}
	return numbers
}

func randomLetter(r *rand.Rand) []byte {
	id := func() string { return fmt.Sprintf("<%d@x>", r.IntN(8)) }
	text := "Subject: " + []string{"", "Re: ", "Fwd: ", "[l] "}[r.IntN(4)] + []string{"a", "b", ""}[r.IntN(3)] + "\r\n"
	if r.IntN(4) > 0 {
		text += "Message-ID: " + id() + "\r\n"
	}
	if r.IntN(3) > 0 {
		text += "References:"
		for range r.IntN(4) {
			text += " " + id()
		}
		text += "\r\n"
	}
	if r.IntN(3) == 0 {
		text += "In-Reply-To: " + id() + "\r\n"
	}
	return []byte(text + fmt.Sprintf("Date: %d Sep 2026 10:00 +0000\r\n\r\n", 1+r.IntN(5)))
}
