package lab

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"ehlo/sim/store"
)

// write is one thing that the disk has to hold.
type write struct {
	account string    // whose it is; "" for the index
	op      *store.Op // an operation of the account, without the octets of its drafts
	put     []piece   // contents that come
	drop    []uint64  // contents that go, by their number

	entry  *entryRecord // of the index: a message that came
	forget []uint64     // numbers of messages that went
}

// piece is the content of a message.
type piece struct {
	id     uint64 // the message's EmailID: copies share their content
	octets []byte // nil where it is there already
	box    uint32 // the message that came with it
	uid    store.UID
}

// database is what keeps writes.
type database interface {
	// write does all of them or, with an error, none. When it returns they survive the end of the machine.
	write([]write) error
	// octets are the content of a message of an account.
	octets(account string, id uint64) ([]byte, error)
	close() error
}

// journal brings what happens in the post office to the disk. What happens is written in the order in which it happened,
// and all that has come up meanwhile in one go; whoever wants to tell a client of it waits for that. A nil journal writes
// nothing and waits for nothing.
type journal struct {
	db     database
	log    func(format string, args ...any)
	landed func([]write) // is told what has been written
	retry  time.Duration // how long it waits after a failure

	mu       sync.Mutex
	pending  []write
	recorded uint64 // how many writes there were
	written  uint64 // how many of them are on the disk
	changed  *sync.Cond
	failed   error // why the last attempt came to nothing; nil where it did not
	closing  bool
	done     chan struct{}
}

// How often a disk that cannot be written to is tried again.
const retryDisk = time.Second

func newJournal(db database, landed func([]write), log func(string, ...any)) *journal {
	j := &journal{db: db, landed: landed, log: log, retry: retryDisk, done: make(chan struct{})}
	j.changed = sync.NewCond(&j.mu)
	return j
}

// errDisk is told to whoever waits for what the disk does not take.
type errDisk struct{ err error }

func (e errDisk) Error() string { return "the disk does not take it: " + e.err.Error() }

func (e errDisk) Unwrap() error { return e.err }

// record takes a write, to be done soon. It refuses while the disk fails, so that little is lost with it.
func (j *journal) record(w write) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return errDisk{j.failed}
	}
	if j.closing {
		return errDisk{errors.New("the lab closes")}
	}
	j.pending = append(j.pending, w)
	j.recorded++
	j.changed.Broadcast()
	return nil
}

// mark is the number of the last write so far.
func (j *journal) mark() uint64 {
	if j == nil {
		return 0
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.recorded
}

// wait returns when the write with a number is on the disk, or with an error when that cannot be said.
func (j *journal) wait(mark uint64) error {
	if j == nil || mark == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.written < mark {
		if j.failed != nil {
			return errDisk{j.failed}
		}
		j.changed.Wait()
	}
	return nil
}

// failing says that the disk takes nothing now.
func (j *journal) failing() bool {
	if j == nil {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed != nil
}

// run writes until the journal is closed.
func (j *journal) run() {
	defer close(j.done)
	for {
		j.mu.Lock()
		for len(j.pending) == 0 && !j.closing {
			j.changed.Wait()
		}
		batch, closing := j.pending, j.closing
		j.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := j.attempt(batch)
		j.mu.Lock()
		if err == nil {
			j.pending = j.pending[len(batch):]
			j.written += uint64(len(batch))
		}
		again := (err == nil) != (j.failed == nil)
		j.failed = err
		j.changed.Broadcast()
		j.mu.Unlock()
		switch {
		case err == nil:
			j.landed(batch)
			if again {
				j.log("the disk takes mail again")
			}
		case again:
			j.log("mail cannot be written to the disk, and none is taken until it can: %v", err)
			fallthrough
		default:
			if closing {
				j.log("%d changes are lost, of which no client was told that they are kept", len(batch))
				return
			}
			time.Sleep(j.retry)
		}
	}
}

// attempt survives a database that breaks over a damaged file.
func (j *journal) attempt(batch []write) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the file is damaged: %v", v)
		}
	}()
	return j.db.write(batch)
}

// close writes what is left.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	j.closing = true
	j.changed.Broadcast()
	j.mu.Unlock()
	<-j.done
	return j.db.close()
}

// recorder is the [store.Journal] of one account.
type recorder struct {
	journal *journal
	address string
	account *store.Account
	refs    map[uint64]int // how many messages have a content
}

// source is where the content of a message lies.
type source struct {
	journal *journal
	address string
	id      uint64
}

// Octets reads the content.
func (s source) Octets() ([]byte, error) { return s.journal.db.octets(s.address, s.id) }

func (r *recorder) source(id uint64) store.Source { return source{r.journal, r.address, id} }

// count notes the contents of messages that are there.
func (r *recorder) count() {
	r.refs = map[uint64]int{}
	for _, name := range r.account.Names() {
		box, _ := r.account.Mailbox(name)
		for _, m := range box.Snapshot().All() {
			r.refs[m.EmailID]++
		}
	}
}

// Record has an operation written down.
func (r *recorder) Record(op store.Op) error {
	w := write{account: r.address}
	grown := map[uint64]int{} // by how many messages a content has more
	switch op.Kind {
	case store.OpCommit:
		var err error
		if op.Batches, err = r.batches(op.Batches, &w, grown); err != nil {
			return err
		}
	case store.OpDelete:
		box, ok := r.account.Mailbox(op.Name)
		if !ok {
			return store.ErrNoMailbox
		}
		for _, m := range box.Snapshot().All() {
			grown[m.EmailID]--
		}
	}
	for id, n := range grown {
		if r.refs[id]+n == 0 {
			w.drop = append(w.drop, id)
		}
	}
	w.op = &op
	if err := r.journal.record(w); err != nil {
		return err
	}
	for id, n := range grown {
		if r.refs[id] += n; r.refs[id] == 0 {
			delete(r.refs, id)
		}
	}
	return nil
}

// batches takes the octets out of the drafts, and counts which contents gain and lose messages.
func (r *recorder) batches(list []store.BoxBatch, w *write, grown map[uint64]int) (bare []store.BoxBatch, err error) {
	next := map[uint32]store.UID{}
	gone := map[[2]uint32]bool{}
	for _, b := range list {
		box, _, ok := r.account.ByID(b.ID)
		if !ok {
			return nil, store.ErrNoMailbox
		}
		s := box.Snapshot()
		if next[b.ID] == 0 {
			next[b.ID] = s.UIDNext()
		}
		for _, uid := range b.Batch.Expunge {
			id, ok := r.content(b.ID, uid, s, w)
			if at := [2]uint32{b.ID, uint32(uid)}; ok && !gone[at] {
				gone[at] = true
				grown[id]--
			}
		}
		drafts := make([]store.Draft, len(b.Batch.Append))
		for i, d := range b.Batch.Append {
			octets := d.Content
			if d.Source != nil {
				if octets, err = d.Source.Octets(); err != nil {
					return nil, err
				}
			}
			uid := next[b.ID]
			if next[b.ID]++; d.EmailID == 0 {
				d.EmailID = uint64(b.ID)<<32 | uint64(uid)
			}
			d.Content, d.Source, d.Size = nil, nil, int64(len(octets))
			drafts[i] = d
			p := piece{id: d.EmailID, box: b.ID, uid: uid}
			if r.refs[d.EmailID] == 0 && grown[d.EmailID] <= 0 {
				p.octets = octets
			}
			w.put = append(w.put, p)
			grown[d.EmailID]++
		}
		b.Batch.Append = drafts
		bare = append(bare, b)
	}
	return bare, nil
}

// content is the number of the content of a message, also of one that an earlier batch of the same operation brings.
func (r *recorder) content(box uint32, uid store.UID, s store.Snapshot, w *write) (uint64, bool) {
	if seq, ok := s.Seq(uid); ok {
		m, _ := s.At(seq)
		return m.EmailID, true
	}
	for _, p := range w.put {
		if p.box == box && p.uid == uid {
			return p.id, true
		}
	}
	return 0, false
}

// release lets go of the octets in memory that a write has brought to the disk.
func (r *recorder) release(w write) {
	for _, p := range w.put {
		if box, _, ok := r.account.ByID(p.box); ok {
			box.Release(p.uid, r.source(p.id))
		}
	}
}
