package store

import (
	"slices"
	"strings"
)

// OpKind is what an [Op] does.
type OpKind uint8

// The kinds of operation. The values are part of what journals hold: new ones come at the end.
const (
	OpCommit      OpKind = iota + 1 // do Batches, all or none
	OpCreate                        // make the mailbox Name, for Use
	OpDelete                        // remove the mailbox Name; those below it stay
	OpRename                        // give Name, and all below it, the name To
	OpSubscribe                     // add Name to the subscriptions
	OpUnsubscribe                   // take Name off them
	OpQuota                         // limit the account to Quota
	OpGrant                         // let Who have Rights on the mailbox Name; none takes the entry away
	OpAnnotate                      // keep Annotation with the mailbox Name, or with the account for ""
	OpForget                        // drop the annotation of that name
)

// Op is one change of an account. Applied to equal accounts in the same order, the same operations make equal accounts:
// UIDs, UIDVALIDITY and modification sequences included.
type Op struct {
	Kind       OpKind
	Name, To   string
	Use        Uses
	Batches    []BoxBatch
	Quota      Quota
	Who        string
	Rights     Rights
	Annotation Annotation
}

// BoxBatch is a batch for the mailbox of an account that has this UIDVALIDITY.
type BoxBatch struct {
	ID    uint32
	Batch Batch
}

// Journal writes down what happens to an account.
type Journal interface {
	// Record is called with each operation that is possible, before it takes effect. Where it returns an error nothing
	// takes effect, and whoever asked gets the error. It may keep what it is given and must not change it.
	Record(Op) error
}

// SetJournal has every operation written down from now on; nil ends it.
func (a *Account) SetJournal(j Journal) { a.journal = j }

// Apply does an operation, all of it or, with an error, nothing. The results are those of the batches of an [OpCommit],
// in their order.
func (a *Account) Apply(op Op) ([]Result, error) {
	switch op.Kind {
	case OpCommit:
		return a.commit(op)
	case OpCreate:
		return nil, a.create(op)
	case OpDelete:
		return nil, a.remove(op)
	case OpRename:
		return nil, a.rename(op)
	case OpSubscribe, OpUnsubscribe:
		return nil, a.subscribe(op)
	case OpQuota:
		return nil, a.then(op, func() { a.quota = op.Quota })
	case OpGrant:
		return nil, a.grant(op)
	case OpAnnotate, OpForget:
		return nil, a.annotate(op)
	}
	return nil, ErrOp
}

// then writes an operation down and lets it take effect.
func (a *Account) then(op Op, effect func()) error {
	if a.journal != nil {
		if err := a.journal.Record(op); err != nil {
			return err
		}
	}
	effect()
	return nil
}

// commit does batches. Those of the same mailbox follow one another.
func (a *Account) commit(op Op) ([]Result, error) {
	results := make([]Result, len(op.Batches))
	boxes := make([]*Memory, len(op.Batches))
	grown := Usage{}
	for i, b := range op.Batches {
		box, _, ok := a.ByID(b.ID)
		if !ok {
			return nil, ErrNoMailbox
		}
		before := box.snapshot
		for k := range i {
			if boxes[k] == box {
				before = results[k].Snapshot
			}
		}
		r, err := before.apply(b.Batch, &box.room)
		if err != nil {
			return nil, err
		}
		boxes[i], results[i] = box, r
		grown.Messages += r.Snapshot.Len() - before.Len()
		grown.Octets += r.Snapshot.Size() - before.Size()
	}
	if a.quota.refuses(a.Usage, grown) {
		return nil, ErrOverQuota
	}
	return results, a.then(op, func() {
		for i, box := range boxes {
			box.snapshot = results[i].Snapshot
		}
	})
}

// Commit does batches in several mailboxes, all or none.
func (a *Account) Commit(batches ...BoxBatch) ([]Result, error) {
	return a.Apply(Op{Kind: OpCommit, Batches: batches})
}

// Create makes an empty mailbox: [ErrExists] where there is one of that name, [ErrName] where no mailbox may have it,
// [ErrLimit] where the account has as many as it may. It is open to whoever could use the mailbox above it.
func (a *Account) Create(name string) error { return a.CreateFor(name, 0) }

// CreateFor makes an empty mailbox for some uses: [ErrUse] where another mailbox has one of them already.
func (a *Account) CreateFor(name string, use Uses) error {
	_, err := a.Apply(Op{Kind: OpCreate, Name: CanonicalName(name), Use: use})
	return err
}

func (a *Account) create(op Op) error {
	if err := CheckName(op.Name); err != nil {
		return err
	}
	i, found := a.find(op.Name)
	switch {
	case found:
		return ErrExists
	case len(a.boxes) >= maxMailboxes || a.quota.Mailboxes > 0 && len(a.boxes) >= a.quota.Mailboxes:
		return ErrLimit
	case slices.ContainsFunc(a.boxes, func(b named) bool { return b.use&op.Use != 0 }):
		return ErrUse
	}
	return a.then(op, func() {
		a.uidValidity++
		a.boxes = slices.Insert(a.boxes, i, named{name: op.Name, box: a.newBox(a.uidValidity), use: op.Use, grants: a.inherited(op.Name)})
	})
}

// inherited is the access control list of the nearest mailbox above a name.
func (a *Account) inherited(name string) []Grant {
	for {
		i := strings.LastIndexByte(name, Delimiter)
		if i < 0 {
			return nil
		}
		if name = name[:i]; name == Inbox {
			return nil // what lies in INBOX is the owner's own
		}
		if k, found := a.find(name); found {
			return a.boxes[k].grants
		}
	}
}

// Delete removes a mailbox and its messages: [ErrNoMailbox] where there is none, [ErrInbox] for INBOX, [ErrChildren] where
// the name is only a level above others. Mailboxes below it stay, and so its name as their level (RFC 3501 §6.3.4).
func (a *Account) Delete(name string) error {
	_, err := a.Apply(Op{Kind: OpDelete, Name: CanonicalName(name)})
	return err
}

func (a *Account) remove(op Op) error {
	i, found := a.find(op.Name)
	switch {
	case i == 0:
		return ErrInbox
	case !found && a.HasChildren(op.Name):
		return ErrChildren
	case !found:
		return ErrNoMailbox
	}
	return a.then(op, func() {
		a.boxes[i].box.account = nil
		a.boxes = slices.Delete(a.boxes, i, i+1)
	})
}

// Rename gives a mailbox or a level, and all below it, another name: [ErrNoMailbox] where there is neither, [ErrExists]
// where one of the new names is taken, [ErrName] where none may have it or where a name would be below itself. Messages
// keep their UIDs. INBOX stays, empty, with what is below it, and a new mailbox has its messages (RFC 3501 §6.3.5).
func (a *Account) Rename(name, to string) error {
	_, err := a.Apply(Op{Kind: OpRename, Name: CanonicalName(name), To: CanonicalName(to)})
	return err
}

func (a *Account) rename(op Op) error {
	if err := CheckName(op.To); err != nil {
		return err
	}
	if op.Name == Inbox {
		return a.renameInbox(op)
	}
	at, found := a.find(op.Name)
	from, to := a.below(op.Name)
	_, taken := a.find(op.To)
	switch {
	case !found && from == to:
		return ErrNoMailbox
	case taken:
		return ErrExists
	case strings.HasPrefix(op.To, op.Name+string(Delimiter)):
		return ErrName
	}
	var moved []named
	if found {
		moved = append(moved, a.boxes[at])
	}
	moved = append(moved, a.boxes[from:to]...)
	for i := range moved {
		moved[i].name = op.To + moved[i].name[len(op.Name):]
		if _, taken := a.find(moved[i].name); taken {
			return ErrExists
		}
		if err := CheckName(moved[i].name); err != nil {
			return err
		}
	}
	return a.then(op, func() {
		a.boxes = slices.Delete(a.boxes, from, to)
		if found {
			a.boxes = slices.Delete(a.boxes, at, at+1)
		}
		for _, b := range moved {
			i, _ := a.find(b.name)
			a.boxes = slices.Insert(a.boxes, i, b)
		}
	})
}

// renameInbox moves the messages of INBOX to a new mailbox.
func (a *Account) renameInbox(op Op) error {
	i, taken := a.find(op.To)
	switch {
	case taken:
		return ErrExists
	case len(a.boxes) >= maxMailboxes || a.quota.Mailboxes > 0 && len(a.boxes) >= a.quota.Mailboxes:
		return ErrLimit
	}
	inbox := a.boxes[0].box
	var in, out Batch
	for _, m := range inbox.snapshot.All() {
		in.Append = append(in.Append, Draft{Content: m.content.octets, Source: m.content.source, Size: m.Size, Flags: m.Flags, Date: m.Date, Saved: m.Saved, EmailID: m.EmailID})
		out.Expunge = append(out.Expunge, m.UID)
	}
	box := a.newBox(a.uidValidity + 1)
	filled, err := box.snapshot.apply(in, &box.room)
	if err != nil {
		return err
	}
	emptied, err := inbox.snapshot.apply(out, &inbox.room)
	if err != nil {
		return err
	}
	return a.then(op, func() {
		a.uidValidity++
		box.snapshot, inbox.snapshot = filled.Snapshot, emptied.Snapshot
		a.boxes = slices.Insert(a.boxes, i, named{name: op.To, box: box, grants: a.inherited(op.To)})
	})
}

// Subscribe adds a name to the subscriptions, whether or not there is such a mailbox: [ErrName] where there never can be.
func (a *Account) Subscribe(name string) error {
	_, err := a.Apply(Op{Kind: OpSubscribe, Name: CanonicalName(name)})
	return err
}

// Unsubscribe takes a name off the subscriptions; one that is not there is no error.
func (a *Account) Unsubscribe(name string) error {
	_, err := a.Apply(Op{Kind: OpUnsubscribe, Name: CanonicalName(name)})
	return err
}

func (a *Account) subscribe(op Op) error {
	i, found := slices.BinarySearch(a.subscribed, op.Name)
	switch {
	case found == (op.Kind == OpSubscribe):
		return nil
	case found:
		return a.then(op, func() { a.subscribed = slices.Delete(slices.Clone(a.subscribed), i, i+1) })
	case CheckName(op.Name) != nil:
		return ErrName
	case len(a.subscribed) >= maxMailboxes:
		return ErrLimit
	}
	return a.then(op, func() { a.subscribed = slices.Insert(slices.Clone(a.subscribed), i, op.Name) })
}

// SetQuota limits the account from now on. What is over the limit already stays.
func (a *Account) SetQuota(q Quota) error {
	_, err := a.Apply(Op{Kind: OpQuota, Quota: q})
	return err
}

// SetRights lets somebody have these rights on a mailbox, and none else; none at all takes the entry away.
func (a *Account) SetRights(name, who string, r Rights) error {
	_, err := a.Apply(Op{Kind: OpGrant, Name: CanonicalName(name), Who: who, Rights: r})
	return err
}

func (a *Account) grant(op Op) error {
	i, found := a.find(op.Name)
	if !found {
		return ErrNoMailbox
	}
	return a.then(op, func() { a.boxes[i].grants = set(a.boxes[i].grants, op.Who, op.Rights) })
}

// Annotate keeps a value with a mailbox, or with the account for "".
func (a *Account) Annotate(mailbox string, n Annotation) error {
	_, err := a.Apply(Op{Kind: OpAnnotate, Name: CanonicalName(mailbox), Annotation: n})
	return err
}

// Forget drops an annotation; one that is not there is no error.
func (a *Account) Forget(mailbox, annotation string) error {
	_, err := a.Apply(Op{Kind: OpForget, Name: CanonicalName(mailbox), Annotation: Annotation{Name: annotation}})
	return err
}

func (a *Account) annotate(op Op) error {
	list := &a.annotations
	if op.Name != "" {
		i, found := a.find(op.Name)
		if !found {
			return ErrNoMailbox
		}
		list = &a.boxes[i].annotations
	}
	return a.then(op, func() { *list = annotate(*list, op.Annotation, op.Kind == OpForget) })
}
