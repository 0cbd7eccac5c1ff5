package imap_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/message"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
)

// host is a server with the surroundings that answer its questions: one account and its mailboxes.
type host struct {
	*imap.Server
	account *store.Account
	recent  map[string]store.UID // by mailbox: what no session was told of
	news    []news
	reports []string
}

// news is what another session does to INBOX at a moment.
type news struct {
	at   time.Duration
	what string
}

const password = "plover"

// quiet is replies that do not list the capabilities, so that transcripts are about what they are about.
var quiet = map[imap.Wording]imap.Reply{
	{Reply: imap.ReplyGreeting}: {Status: imap.OK, Text: "{host} IMAP server ready"},
	{Reply: imap.ReplyLogin}:    {Status: imap.OK, Text: "{command} completed"},
}

func newHost(cfg imap.Config, account *store.Account) *host {
	if cfg.Hostname == "" {
		cfg.Hostname = "mx.example.net"
	}
	return &host{Server: imap.NewServer(cfg, 0), account: account, recent: map[string]store.UID{}}
}

func (h *host) Receive(now engine.Time, p []byte) {
	h.Server.Receive(now, p)
	h.settle(now)
}

func (h *host) ReceiveEOF(now engine.Time) {
	h.Server.ReceiveEOF(now)
	h.settle(now)
}

func (h *host) Timeout() (engine.Time, bool) {
	at, ok := h.Server.Timeout()
	if len(h.news) > 0 && engine.Time(h.news[0].at) <= at {
		return engine.Time(h.news[0].at), true
	}
	return at, ok
}

func (h *host) HandleTimeout(now engine.Time) {
	for len(h.news) > 0 && engine.Time(h.news[0].at) <= now {
		h.happen(now, h.news[0].what)
		h.news = h.news[1:]
	}
	h.Server.HandleTimeout(now)
	h.settle(now)
}

// Reports takes the questions that were asked.
func (h *host) Reports() []string {
	r := h.reports
	h.reports = nil
	return r
}

// settle answers what the server asks until it asks nothing more.
func (h *host) settle(now engine.Time) {
	for {
		e, ok := h.Next()
		if !ok {
			return
		}
		h.reports = append(h.reports, describe(e))
		if e.Kind != imap.EventClosed {
			h.Answer(now, e.ID, h.answer(e))
		}
	}
}

func describe(e imap.Event) string {
	switch e.Kind {
	case imap.AskLogin:
		return fmt.Sprintf("login %q %q", e.User, e.Password)
	case imap.AskList:
		return fmt.Sprintf("list %q %q", e.Reference, e.Pattern)
	case imap.AskSelect:
		return fmt.Sprintf("select %q read-only %v", e.Mailbox, e.ReadOnly)
	case imap.AskContent:
		return fmt.Sprint("content ", e.UID)
	case imap.AskStore:
		text := "store"
		if since := e.Batch.UnchangedSince; since > 0 {
			text += fmt.Sprint(" unchanged since ", since)
		}
		for _, f := range e.Batch.Flags {
			text += fmt.Sprintf(" %d%s(%s)", f.UID, [...]string{"=", "+", "-"}[f.Op], f.Flags.Append(nil))
		}
		return text
	case imap.AskExpunge:
		return fmt.Sprint("expunge ", e.UIDs)
	case imap.AskCopy:
		return fmt.Sprintf("copy %d to %q, move %v", e.UIDs, e.Mailbox, e.Move)
	case imap.AskMetadata:
		return fmt.Sprintf("annotations of %q", e.Mailbox)
	case imap.AskSetMetadata:
		return fmt.Sprintf("annotate %q with %q, forget %q", e.Mailbox, e.Annotations, e.Forget)
	case imap.AskQuota:
		return fmt.Sprintf("quota of %q or of mailbox %q", e.Root, e.Mailbox)
	case imap.AskSetQuota:
		return fmt.Sprintf("set quota of %q to %+v", e.Root, e.Quota)
	case imap.AskACL:
		return fmt.Sprintf("rights on %q", e.Mailbox)
	case imap.AskSetACL:
		return fmt.Sprintf("set rights of %q on %q, operation %d: %s", e.User, e.Mailbox, e.Op, e.Rights)
	case imap.AskRights:
		return fmt.Sprintf("rights of the user on %q", e.Mailbox)
	case imap.AskListRights:
		return fmt.Sprintf("rights of %q on %q", e.User, e.Mailbox)
	case imap.AskSecret:
		return fmt.Sprintf("secret of %q as %q", e.User, e.ActAs)
	case imap.AskIdentity:
		return fmt.Sprintf("proved %q", e.User)
	case imap.AskStatus:
		return fmt.Sprintf("status %q", e.Mailbox)
	case imap.AskCreate:
		return fmt.Sprintf("create %q for %q", e.Mailbox, e.Use.Strings())
	case imap.AskDelete:
		return fmt.Sprintf("delete %q", e.Mailbox)
	case imap.AskRename:
		return fmt.Sprintf("rename %q to %q", e.Mailbox, e.To)
	case imap.AskSubscribe:
		return fmt.Sprintf("subscribe %q", e.Mailbox)
	case imap.AskUnsubscribe:
		return fmt.Sprintf("unsubscribe %q", e.Mailbox)
	case imap.AskAppend, imap.AskReplace:
		text := fmt.Sprintf("append to %q", e.Mailbox)
		if e.Kind == imap.AskReplace {
			text = fmt.Sprintf("replace %d in %q", e.UIDs, e.Mailbox)
		}
		for _, d := range e.Drafts {
			text += fmt.Sprintf(" (%s) %d %d octets", d.Flags.Append(nil), d.Date, len(d.Content))
		}
		return text
	}
	return "closed"
}

func (h *host) answer(e imap.Event) imap.Answer {
	name := e.Mailbox
	if name == "" {
		name = h.Mailbox()
	}
	box, ok := h.account.Mailbox(name)
	switch e.Kind {
	case imap.AskLogin:
		return imap.Answer{OK: e.User == "bob" && e.Password == password}
	case imap.AskList:
		notes, _ := h.account.Annotations("")
		return imap.Answer{OK: true, Boxes: h.boxes(), Annotations: notes}
	case imap.AskSelect:
		if !ok {
			return imap.Answer{}
		}
		a := imap.Answer{OK: true, Snapshot: box.Snapshot(), FirstRecent: max(1, h.recent[name])}
		if !e.ReadOnly {
			h.recent[name] = box.Snapshot().UIDNext()
		}
		return a
	case imap.AskContent:
		content, err := box.Content(e.UID)
		return imap.Answer{OK: err == nil, Content: content}
	case imap.AskStore:
		r, err := box.Commit(e.Batch)
		return imap.Answer{OK: err == nil, Reason: imap.ReplyOverQuota, Snapshot: r.Snapshot, Modified: r.Modified}
	case imap.AskCopy:
		return h.copy(e)
	case imap.AskReplace:
		here, _ := h.account.Mailbox(h.Mailbox())
		if !ok {
			return imap.Answer{}
		}
		r, err := h.account.Commit(store.BoxBatch{ID: box.Snapshot().UIDValidity(), Batch: store.Batch{Append: e.Drafts}},
			store.BoxBatch{ID: here.Snapshot().UIDValidity(), Batch: store.Batch{Expunge: e.UIDs}})
		if err != nil {
			return imap.Answer{Reason: imap.Refusal(err)}
		}
		return imap.Answer{OK: true, Snapshot: here.Snapshot(), Target: r[0].Snapshot, UIDs: r[0].Appended}
	case imap.AskExpunge:
		r, err := box.Commit(store.Batch{Expunge: e.UIDs})
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot}
	}
	return h.change(e)
}

// boxes lists the mailboxes and the names that are only subscribed to.
func (h *host) boxes() (list []imap.Box) {
	subscribed := h.account.Subscribed()
	names := append(h.account.Names(), subscribed...)
	slices.Sort(names)
	names = slices.Compact(names)
	i := slices.Index(names, store.Inbox)
	names = slices.Insert(slices.Delete(names, i, i+1), 0, store.Inbox)
	for _, name := range names {
		b := imap.Box{Name: name, Use: h.account.Use(name).Strings(), Subscribed: slices.Contains(subscribed, name)}
		if box, ok := h.account.Mailbox(name); ok {
			b.Snapshot, b.FirstRecent = box.Snapshot(), h.recent[name]
			b.ObjectID = fmt.Sprint("F", b.Snapshot.UIDValidity())
			b.Annotations, _ = h.account.Annotations(name)
		} else {
			b.Absent = true
		}
		list = append(list, b)
	}
	return list
}

// change does what concerns whole mailboxes, and logins by AUTHENTICATE.
func (h *host) change(e imap.Event) imap.Answer {
	box, ok := h.account.Mailbox(e.Mailbox)
	var err error
	switch e.Kind {
	case imap.AskSecret:
		return imap.Answer{Secret: sasl.Secret{Known: e.User == "bob", Password: password, MayAct: e.ActAs == "carla"}}
	case imap.AskIdentity, imap.AskListRights:
		return imap.Answer{OK: true}
	case imap.AskQuota, imap.AskSetQuota:
		if e.Kind == imap.AskSetQuota {
			err = h.account.SetQuota(e.Quota)
		}
		return imap.Answer{OK: err == nil, Quota: h.account.Quota(), Usage: h.account.Usage()}
	case imap.AskMetadata:
		notes, ok := h.account.Annotations(e.Mailbox)
		return imap.Answer{OK: ok, Annotations: notes}
	case imap.AskSetMetadata:
		for _, n := range e.Annotations {
			err = h.account.Annotate(e.Mailbox, n)
		}
		for _, name := range e.Forget {
			err = h.account.Forget(e.Mailbox, name)
		}
	case imap.AskACL:
		return imap.Answer{OK: true, Grants: h.account.Grants(e.Mailbox)}
	case imap.AskSetACL:
		err = h.account.SetRights(e.Mailbox, e.User, e.Rights)
	case imap.AskRights:
		return imap.Answer{OK: true, Rights: store.AllRights}
	case imap.AskStatus:
		if !ok {
			return imap.Answer{}
		}
		return imap.Answer{OK: true, Snapshot: box.Snapshot(), FirstRecent: h.recent[e.Mailbox], ObjectID: "F7"}
	case imap.AskCreate:
		err = h.account.CreateFor(e.Mailbox, e.Use)
	case imap.AskDelete:
		if e.Mailbox == h.Mailbox() {
			return imap.Answer{Reason: imap.ReplySelf}
		}
		err = h.account.Delete(e.Mailbox)
	case imap.AskRename:
		err = h.account.Rename(e.Mailbox, e.To)
	case imap.AskSubscribe:
		err = h.account.Subscribe(e.Mailbox)
	case imap.AskUnsubscribe:
		err = h.account.Unsubscribe(e.Mailbox)
	case imap.AskAppend:
		if !ok {
			return imap.Answer{}
		}
		r, err := box.Commit(store.Batch{Append: e.Drafts})
		return imap.Answer{OK: err == nil, Reason: imap.Refusal(err), Snapshot: r.Snapshot, UIDs: r.Appended}
	}
	return imap.Answer{OK: err == nil, Reason: imap.Refusal(err)}
}

// copied is the drafts that copy messages.
func copied(box *store.Memory, uids []store.UID) (drafts []store.Draft) {
	for _, u := range uids {
		seq, _ := box.Snapshot().Seq(u)
		m, _ := box.Snapshot().At(seq)
		content, _ := box.Content(u)
		drafts = append(drafts, store.Draft{Content: content, Flags: m.Flags, Date: m.Date, EmailID: m.EmailID})
	}
	return drafts
}

// copy puts messages of the selected mailbox into another one.
func (h *host) copy(e imap.Event) imap.Answer {
	box, _ := h.account.Mailbox(h.Mailbox())
	to, ok := h.account.Mailbox(e.Mailbox)
	if !ok {
		return imap.Answer{}
	}
	batches := []store.BoxBatch{{ID: to.Snapshot().UIDValidity(), Batch: store.Batch{Append: copied(box, e.UIDs)}}}
	if e.Move {
		batches = append(batches, store.BoxBatch{ID: box.Snapshot().UIDValidity(), Batch: store.Batch{Expunge: e.UIDs}})
	}
	r, err := h.account.Commit(batches...)
	if err != nil {
		return imap.Answer{Reason: imap.ReplyOverQuota}
	}
	return imap.Answer{OK: true, Snapshot: box.Snapshot(), Target: r[0].Snapshot, Copied: e.UIDs, UIDs: r[0].Appended}
}

// happen does what another session does: "deliver plain", "flag 2 \Seen \Flagged", "expunge 1 3"; with "deliver-to Work
// plain" and "flag-in Work 1 \Seen" elsewhere than in INBOX. What [host.tree] knows is done to mailboxes.
func (h *host) happen(now engine.Time, what string) {
	words := strings.Fields(what)
	name := store.Inbox
	if verb, ok := strings.CutSuffix(words[0], "-to"); ok {
		words, name = append([]string{verb}, words[2:]...), words[1]
	} else if verb, ok := strings.CutSuffix(words[0], "-in"); ok {
		words, name = append([]string{verb}, words[2:]...), words[1]
	}
	if h.tree(words) {
		h.NotifyAny(now)
		return
	}
	box, _ := h.account.Mailbox(name)
	var b store.Batch
	switch words[0] {
	case "deliver":
		b.Append = []store.Draft{letter(words[1])}
	case "flag":
		f, err := store.ParseFlags(words[2:])
		if err != nil {
			panic(err)
		}
		b.Flags = []store.FlagEdit{{UID: uid(words[1]), Flags: f}}
	case "expunge":
		for _, w := range words[1:] {
			b.Expunge = append(b.Expunge, uid(w))
		}
	default:
		panic(what)
	}
	r, err := box.Commit(b)
	if err != nil {
		panic(err)
	}
	h.Notify(now, store.Change{Mailbox: name, Snapshot: r.Snapshot})
	h.NotifyAny(now)
}

// tree does what another session does to mailboxes, and says whether it was that: "create Work", "annotate Work
// /shared/comment text".
func (h *host) tree(words []string) bool {
	name := strings.Trim(words[1], `"`)
	var err error
	switch words[0] {
	case "create":
		err = h.account.Create(name)
	case "delete":
		err = h.account.Delete(name)
	case "rename":
		err = h.account.Rename(name, words[2])
	case "subscribe":
		err = h.account.Subscribe(name)
	case "unsubscribe":
		err = h.account.Unsubscribe(name)
	case "annotate":
		err = h.account.Annotate(name, store.Annotation{Name: words[2], Value: words[3]})
	case "forget":
		err = h.account.Forget(name, words[2])
	default:
		return false
	}
	if err != nil {
		panic(err)
	}
	return true
}

func uid(s string) (u store.UID) {
	if _, err := fmt.Sscan(s, &u); err != nil {
		panic(err)
	}
	return u
}

// letter is a message of testdata/letters, that came on an evening in September 2026 and was saved an hour later.
func letter(name string) store.Draft {
	text, err := os.ReadFile("testdata/letters/" + name + ".eml")
	if err != nil {
		panic(err)
	}
	return store.Draft{Content: message.Canonical(string(text)), Date: 1790016300, Saved: 1790019900}
}

// account has the letters in INBOX, and the other mailboxes empty.
func account(letters, mailboxes []string) *store.Account {
	a := store.NewAccount(1)
	box, _ := a.Mailbox("INBOX")
	for _, name := range letters {
		if _, err := box.Commit(store.Batch{Append: []store.Draft{letter(name)}}); err != nil {
			panic(err)
		}
	}
	for _, name := range mailboxes {
		if err := a.Create(name); err != nil {
			panic(err)
		}
	}
	return a
}

// settings makes a host as the head of a transcript wants it: letters, mailboxes, max-line, max-literal, idle, now in Unix
// seconds, news as in "5m deliver plain; 6m expunge 1", and capabilities, which says "listed" where the greeting and LOGIN list them.
func settings(s map[string]string) *host {
	cfg := imap.Config{Replies: quiet}
	if s["capabilities"] == "listed" {
		cfg.Replies = nil
	}
	fmt.Sscan(s["max-line"], &cfg.MaxLine)
	fmt.Sscan(s["max-literal"], &cfg.MaxLiteral)
	fmt.Sscan(s["now"], &cfg.Epoch)
	fmt.Sscan(s["append-limit"], &cfg.AppendLimit)
	cfg.IdleTimeout, _ = time.ParseDuration(s["idle"])
	cfg.StartTLS, cfg.ClearNeedsTLS = s["starttls"] != "", s["starttls"] == "required"
	cfg.Mechanisms = sasl.Offered(strings.Fields(s["mechanisms"]))
	cfg.Chance, cfg.SaltKey = [2]uint64{7, 9}, "salt"
	cfg.ID = strings.Fields(s["id"])
	h := newHost(cfg, account(strings.Fields(s["letters"]), strings.Fields(s["mailboxes"])))
	if s["news"] != "" {
		for _, n := range strings.Split(s["news"], ";") {
			at, what, _ := strings.Cut(strings.TrimSpace(n), " ")
			d, err := time.ParseDuration(at)
			if err != nil {
				panic(err)
			}
			h.news = append(h.news, news{d, what})
		}
	}
	return h
}

func TestServerTranscripts(t *testing.T) {
	machinetest.Transcripts(t, "testdata/server/*.txt", func(s map[string]string) machinetest.Peer { return settings(s) })
}
