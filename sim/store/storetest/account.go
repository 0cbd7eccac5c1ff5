package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/store"
)

// Accounts tests accounts whose UIDVALIDITY begins at 100. open returns an empty one; reopen returns what is found after
// everything has stopped, which must be what was there.
func Accounts(t *testing.T, open func(t *testing.T) *store.Account, reopen func(t *testing.T, a *store.Account) *store.Account) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("repeat with: go test -run '^%s$'", t.Name())
				}
			}()
			a, m := open(t), newAccountModel()
			r := engine.NewRand(seed)
			for step := range 150 {
				op := m.op(&r)
				_, err := a.Apply(op)
				if want := m.apply(op); err != want {
					t.Fatalf("step %d, %s: error %v, want %v", step, describeOp(op), err, want)
				}
				if got, want := state(a), m.state(); got != want {
					t.Fatalf("after step %d, %s, the account is\n%s\nand not\n%s", step, describeOp(op), got, want)
				}
				if step%50 == 49 {
					a = reopen(t, a)
					if got, want := state(a), m.state(); got != want {
						t.Fatalf("opened again after step %d the account is\n%s\nand not\n%s", step, got, want)
					}
				}
			}
		})
	}
}

func describeOp(op store.Op) string {
	return fmt.Sprintf("operation %d on %q to %q (use %v, %d batches, quota %+v, rights %q of %q, annotation %q)", op.Kind, op.Name, op.To,
		op.Use.Strings(), len(op.Batches), op.Quota, op.Rights, op.Who, op.Annotation)
}

// state is everything that can be asked of an account, as text.
func state(a *store.Account) string {
	var b strings.Builder
	for _, name := range a.Names() {
		box, _ := a.Mailbox(name)
		s := box.Snapshot()
		fmt.Fprintf(&b, "%s %d %d", name, s.UIDValidity(), s.UIDNext())
		if same, now, ok := a.ByID(s.UIDValidity()); !ok || same != box || now != name {
			b.WriteString(" which its number does not find")
		}
		for _, m := range s.All() {
			content, err := box.Content(m.UID)
			fmt.Fprintf(&b, " %d %d %q %v", m.UID, m.Saved, content, err)
		}
		notes, _ := a.Annotations(name)
		fmt.Fprintf(&b, " %v %v %q %v\n", a.Use(name).Strings(), a.Grants(name), notes, a.HasChildren(name))
	}
	notes, _ := a.Annotations("")
	fmt.Fprintf(&b, "%q %q %+v %+v\n", a.Subscribed(), notes, a.Quota(), a.Usage())
	return b.String()
}

// accountModel is an account as maps.
type accountModel struct {
	boxes       map[string]*boxModel
	next        uint32
	subscribed  map[string]bool
	annotations map[string]string
	quota       store.Quota
}

type boxModel struct {
	id          uint32
	messages    model
	use         store.Uses
	grants      map[string]store.Rights
	annotations map[string]string
}

func newAccountModel() *accountModel {
	m := &accountModel{boxes: map[string]*boxModel{}, next: 100, subscribed: map[string]bool{}, annotations: map[string]string{}}
	m.create("INBOX", 0)
	return m
}

func (m *accountModel) create(name string, use store.Uses) *boxModel {
	box := &boxModel{id: m.next, messages: model{next: 1, modSeq: 1}, use: use,
		grants: map[string]store.Rights{}, annotations: map[string]string{}}
	above := ""
	for other := range m.boxes {
		if strings.HasPrefix(name, other+"/") && len(other) > len(above) && other != "INBOX" {
			above = other
		}
	}
	if above != "" {
		box.grants = maps.Clone(m.boxes[above].grants)
	}
	m.next++
	m.boxes[name] = box
	return box
}

func (m *accountModel) usage() store.Usage {
	u := store.Usage{Mailboxes: len(m.boxes)}
	for _, b := range m.boxes {
		u.Messages += len(b.messages.messages)
		u.Octets += b.messages.size()
	}
	return u
}

// level says whether there is something below a name.
func (m *accountModel) level(name string) bool {
	for other := range m.boxes {
		if strings.HasPrefix(other, name+"/") {
			return true
		}
	}
	return false
}

func (m *accountModel) apply(op store.Op) error {
	box := m.boxes[op.Name]
	switch op.Kind {
	case store.OpCommit:
		return m.commit(op)
	case store.OpCreate:
		switch {
		case box != nil:
			return store.ErrExists
		case m.quota.Mailboxes > 0 && len(m.boxes) >= m.quota.Mailboxes:
			return store.ErrLimit
		}
		for _, b := range m.boxes {
			if b.use&op.Use != 0 {
				return store.ErrUse
			}
		}
		m.create(op.Name, op.Use)
	case store.OpDelete:
		switch {
		case op.Name == "INBOX":
			return store.ErrInbox
		case box == nil && m.level(op.Name):
			return store.ErrChildren
		case box == nil:
			return store.ErrNoMailbox
		}
		delete(m.boxes, op.Name)
	case store.OpRename:
		return m.rename(op.Name, op.To)
	case store.OpSubscribe:
		m.subscribed[op.Name] = true
	case store.OpUnsubscribe:
		delete(m.subscribed, op.Name)
	case store.OpQuota:
		m.quota = op.Quota
	case store.OpGrant:
		if box == nil {
			return store.ErrNoMailbox
		}
		if box.grants[op.Who] = op.Rights; op.Rights == 0 {
			delete(box.grants, op.Who)
		}
	default:
		return m.annotate(op, box)
	}
	return nil
}

func (m *accountModel) annotate(op store.Op, box *boxModel) error {
	list := m.annotations
	if op.Name != "" {
		if box == nil {
			return store.ErrNoMailbox
		}
		list = box.annotations
	}
	if op.Kind == store.OpForget {
		delete(list, op.Annotation.Name)
	} else {
		list[op.Annotation.Name] = op.Annotation.Value
	}
	return nil
}

func (m *accountModel) commit(op store.Op) error {
	before := m.usage()
	fresh := map[uint32]*model{}
	for _, b := range op.Batches {
		box := m.byID(b.ID)
		if box == nil {
			return store.ErrNoMailbox
		}
		if fresh[b.ID] == nil {
			fresh[b.ID] = box.messages.clone()
		}
		fresh[b.ID].commit(b.Batch)
	}
	after := store.Usage{}
	for _, b := range m.boxes {
		messages := &b.messages
		if f := fresh[b.id]; f != nil {
			messages = f
		}
		after.Messages += len(messages.messages)
		after.Octets += messages.size()
	}
	if m.quota.Messages > 0 && after.Messages > m.quota.Messages && after.Messages > before.Messages ||
		m.quota.Octets > 0 && after.Octets > m.quota.Octets && after.Octets > before.Octets {
		return store.ErrOverQuota
	}
	for id, f := range fresh {
		m.byID(id).messages = *f
	}
	return nil
}

func (m *accountModel) byID(id uint32) *boxModel {
	for _, b := range m.boxes {
		if b.id == id {
			return b
		}
	}
	return nil
}

func (m *accountModel) rename(from, to string) error {
	box := m.boxes[from]
	switch {
	case from == "INBOX" && m.boxes[to] != nil:
		return store.ErrExists
	case from == "INBOX" && m.quota.Mailboxes > 0 && len(m.boxes) >= m.quota.Mailboxes:
		return store.ErrLimit
	case from == "INBOX":
		into := m.create(to, 0)
		var in, out store.Batch
		for _, e := range box.messages.messages {
			in.Append = append(in.Append, store.Draft{Content: box.messages.content[e.uid], Flags: e.flags, Date: e.date, Saved: e.saved})
			out.Expunge = append(out.Expunge, e.uid)
		}
		into.messages.commit(in)
		box.messages.commit(out)
		return nil
	case box == nil && !m.level(from):
		return store.ErrNoMailbox
	case m.boxes[to] != nil:
		return store.ErrExists
	case strings.HasPrefix(to, from+"/"):
		return store.ErrName
	}
	moved := map[string]*boxModel{}
	for name, b := range m.boxes {
		if name == from || strings.HasPrefix(name, from+"/") {
			moved[to+name[len(from):]] = b
			if m.boxes[to+name[len(from):]] != nil {
				return store.ErrExists
			}
		}
	}
	maps.DeleteFunc(m.boxes, func(name string, _ *boxModel) bool { return name == from || strings.HasPrefix(name, from+"/") })
	maps.Copy(m.boxes, moved)
	return nil
}

func (m *accountModel) state() string {
	var b strings.Builder
	for _, name := range m.names() {
		box := m.boxes[name]
		fmt.Fprintf(&b, "%s %d %d", name, box.id, box.messages.next)
		for _, e := range box.messages.messages {
			fmt.Fprintf(&b, " %d %d %q %v", e.uid, e.saved, box.messages.content[e.uid], error(nil))
		}
		var grants []store.Grant
		for _, who := range slices.Sorted(maps.Keys(box.grants)) {
			grants = append(grants, store.Grant{Who: who, Rights: box.grants[who]})
		}
		fmt.Fprintf(&b, " %v %v %q %v\n", box.use.Strings(), grants, notes(box.annotations), m.level(name))
	}
	fmt.Fprintf(&b, "%q %q %+v %+v\n", slices.Sorted(maps.Keys(m.subscribed)), notes(m.annotations), m.quota, m.usage())
	return b.String()
}

func notes(list map[string]string) []store.Annotation {
	var notes []store.Annotation
	for _, name := range slices.Sorted(maps.Keys(list)) {
		notes = append(notes, store.Annotation{Name: name, Value: list[name]})
	}
	return notes
}

func (m *accountModel) names() []string {
	names := slices.Sorted(maps.Keys(m.boxes))
	i := slices.Index(names, "INBOX")
	return slices.Insert(slices.Delete(names, i, i+1), 0, "INBOX")
}

// op makes an operation, often one that is impossible.
func (m *accountModel) op(r *engine.Rand) store.Op {
	pool := []string{"INBOX", "A", "A/B", "A/B/C", "B", "B/A", "INBOX/A", "A-", "A.x", "Sent", "Sent/2026"}
	pick := func() string { return pool[r.N(uint64(len(pool)))] }
	op := store.Op{Kind: store.OpKind(1 + r.N(10)), Name: pick(), To: pick()}
	switch op.Kind {
	case store.OpCommit:
		names := m.names()
		for range 1 + r.N(3) {
			box := m.boxes[names[r.N(uint64(len(names)))]]
			op.Batches = append(op.Batches, store.BoxBatch{ID: box.id, Batch: box.messages.batch(r)})
		}
		if r.N(20) == 0 {
			op.Batches = append(op.Batches, store.BoxBatch{ID: 7})
		}
	case store.OpCreate:
		op.Use = store.Uses(1<<r.N(8)) & (store.UseSent | store.UseTrash)
	case store.OpQuota:
		if r.N(2) == 0 {
			op.Quota = store.Quota{Messages: int(r.N(60)), Octets: int64(r.N(3000)), Mailboxes: int(r.N(8))}
		}
	case store.OpGrant:
		op.Who, op.Rights = []string{"alice", "anyone", "carla"}[r.N(3)], store.Rights(r.N(64))
	case store.OpAnnotate, store.OpForget:
		if r.N(3) == 0 {
			op.Name = ""
		}
		op.Annotation = store.Annotation{Name: []string{"/private/comment", "/shared/comment"}[r.N(2)], Value: fmt.Sprint(r.N(100))}
	}
	return op
}
