package imap

import (
	"slices"

	"ehlo/sim/store"
)

// view is the selected mailbox as the client knows it. Its sequence numbers count what the client was told of: the
// messages of told, and in between the ghosts.
type view struct {
	name     string
	readOnly bool
	told     store.Snapshot  // what the client knows, apart from the ghosts
	latest   store.Snapshot  // the newest state that this session has heard of
	near     near            // what was looked at last
	ghosts   []store.Message // expunged, and the client could not be told yet; ascending by UID
	recent   store.UID       // from this UID on, messages have \Recent in this session
	saved    []span          // UIDs that the last search kept: "$"
	fresh    []span          // UIDs of messages that came, of which NOTIFY wants to know more
	made     []span          // and those that this session has put there
	removed  bool            // this session has removed messages, and hears of that whatever NOTIFY says
	keywords string          // those that the last FLAGS response named
	rights   store.Rights    // what the user may do with the mailbox; 0 is everything
}

// near is messages of a snapshot that lie together: whoever reads one message reads the next one too.
type near struct {
	of       store.Snapshot
	messages []store.Message
	first    int // the sequence number of the first, in of
}

// toldAt is the message with a sequence number in told, which must be there.
func (v *view) toldAt(seq int) store.Message {
	n := &v.near
	if i := seq - n.first; n.of != v.told || i < 0 || i >= len(n.messages) {
		n.of = v.told
		n.messages, n.first = v.told.Around(seq)
	}
	return n.messages[seq-n.first]
}

// noRecent is above every UID: no message has \Recent.
const noRecent = store.UID(1<<32 - 1)

// bring notes messages that this session has put into a mailbox: where it is the selected one, NOTIFY need not tell of
// them (RFC 5465 §5.2).
func (s *Server) bring(box store.Snapshot, uids []store.UID) {
	if s.Listens() && s.state == Selected && box.UIDValidity() == s.box.latest.UIDValidity() {
		s.box.made = append(s.box.made, spansOf(uids)...)
	}
}

// hear takes a state of the mailbox, of which an older one may arrive later than a newer.
func (v *view) hear(n store.Snapshot) {
	if n.HighestModSeq() >= v.latest.HighestModSeq() {
		v.latest = n
	}
}

// appendPermanent writes the flags that the user may change for good (RFC 4314 §5.1.1); \* is any keyword.
func (v *view) appendPermanent(dst []byte) []byte {
	if v.rights == 0 || v.rights.Has(store.RightWrite|store.RightSeen|store.RightDeleteMarked) {
		dst = append(dst, systemFlags...)
		if v.keywords != "" {
			dst = append(append(dst, ' '), v.keywords...)
		}
		return append(dst, ` \*`...)
	}
	from := len(dst)
	for _, f := range [...]struct {
		right store.Rights
		flags string
	}{{store.RightWrite, `\Answered \Flagged \Draft \*`}, {store.RightSeen, `\Seen`}, {store.RightDeleteMarked, `\Deleted`}} {
		if v.rights.Has(f.right) {
			if len(dst) > from {
				dst = append(dst, ' ')
			}
			dst = append(dst, f.flags...)
		}
	}
	return dst
}

func (v *view) len() int { return v.told.Len() + len(v.ghosts) }

// recents is the number of messages with \Recent.
func (v *view) recents() int { return v.len() - v.from(v.recent) + 1 }

// from is the sequence number of the first message whose UID is at least uid; len()+1 where there is none.
func (v *view) from(uid store.UID) int {
	k, _ := slices.BinarySearchFunc(v.ghosts, uid, compareUID)
	return v.told.From(uid) + k
}

// at is the message with a sequence number from 1 to len().
func (v *view) at(seq int) store.Message {
	if len(v.ghosts) == 0 {
		return v.toldAt(seq)
	}
	k, found := slices.BinarySearchFunc(v.ghosts, seq, func(g store.Message, seq int) int {
		return v.from(g.UID) - seq
	})
	if found {
		return v.ghosts[k]
	}
	return v.toldAt(seq - k)
}

// ghost is the message with that UID if the mailbox has lost it and the client does not know.
func (v *view) ghost(uid store.UID) (store.Message, bool) {
	k, found := slices.BinarySearchFunc(v.ghosts, uid, compareUID)
	if !found {
		return store.Message{}, false
	}
	return v.ghosts[k], true
}

// numbers is what the client calls messages of the mailbox, which ascend: their sequence numbers or, with uid, UIDs.
func (v *view) numbers(uids []store.UID, uid bool) []span {
	if uid {
		return spansOf(uids)
	}
	var out []span
	for _, u := range uids {
		out = include(out, uint32(v.from(u)))
	}
	return out
}

func compareUID(m store.Message, uid store.UID) int {
	switch {
	case m.UID < uid:
		return -1
	case m.UID > uid:
		return 1
	}
	return 0
}

// bury makes ghosts of the messages that are gone from the latest state.
func (v *view) bury() {
	for _, r := range v.latest.ExpungedSince(v.told.HighestModSeq()) {
		for seq := v.told.From(r.First); ; seq++ {
			m, ok := v.told.At(seq)
			if !ok || m.UID > r.Last {
				break
			}
			k, _ := slices.BinarySearchFunc(v.ghosts, m.UID, compareUID)
			v.ghosts = slices.Insert(v.ghosts, k, m)
		}
	}
}

// lookup finds a message of a snapshot by UID.
func lookup(s store.Snapshot, uid store.UID) (store.Message, bool) {
	if seq, ok := s.Seq(uid); ok {
		return s.At(seq)
	}
	return store.Message{}, false
}

// target is what a sequence set names in a view: ranges of UIDs. ok is false where a message number is too large.
func (v *view) target(set SequenceSet, uid bool) (t []span, ok bool) {
	if set.saved() {
		return v.saved, true
	}
	n := v.len()
	if uid {
		largest := uint32(0)
		if n > 0 {
			largest = uint32(v.at(n).UID)
		}
		return set.resolve(largest), true
	}
	t = set.resolve(uint32(n))
	for i, r := range t {
		if r.from < 1 || uint64(r.to) > uint64(n) {
			return nil, false
		}
		t[i] = span{uint32(v.at(int(r.from)).UID), uint32(v.at(int(r.to)).UID)}
	}
	return t, true
}

// within is the part of a sequence set that the mailbox has, as ranges of UIDs. To look for message numbers that are too
// large is no error: nothing is found.
func (v *view) within(set SequenceSet, uid bool) []span {
	if uid || set.saved() {
		t, _ := v.target(set, uid)
		return t
	}
	n := uint32(v.len())
	in := intersect(set.resolve(n), []span{{1, n}})
	for i, r := range in {
		in[i] = span{uint32(v.at(int(r.from)).UID), uint32(v.at(int(r.to)).UID)}
	}
	return in
}

// believed is what a command has told the client of the flags of its target, so that an update does not tell it again.
type believed struct {
	target []span
	told   store.Snapshot // the flags that the client was told are those of this state
	silent bool           // it was told nothing but expects what edit makes of the flags
	edit   store.FlagEdit
}

// flags is what the client takes for the flags of a message that it knew as m.
func (b *believed) flags(m store.Message) store.Flags {
	if !contains(b.target, uint32(m.UID)) {
		return m.Flags
	}
	if !b.silent {
		if t, ok := lookup(b.told, m.UID); ok {
			return t.Flags
		}
		return m.Flags
	}
	switch b.edit.Op {
	case store.FlagAdd:
		return m.Flags.With(b.edit.Flags)
	case store.FlagRemove:
		return m.Flags.Without(b.edit.Flags)
	}
	return b.edit.Flags
}

// flags tells the client which flags the mailbox has, where some are new (RFC 3501 §7.2.6).
func (s *Server) flags(box store.Snapshot) {
	if s.box.keywords != box.Keywords() {
		s.box.keywords = box.Keywords()
		s.writeFlags()
	}
}

// writeFlags writes the FLAGS response.
func (s *Server) writeFlags() {
	s.out = append(s.out, "* FLAGS ("...)
	s.argument("flags", about{})
	s.out = append(s.out, ")\r\n"...)
}

// exists tells the client how many messages there are, and how many of them are new to it: IMAP4rev2 has no RECENT (RFC
// 9051 Appendix E).
func (s *Server) exists() {
	s.untagged(int64(s.box.len()), "EXISTS")
	if !s.rev2 {
		s.untagged(int64(s.box.recents()), "RECENT")
	}
}

// update tells the client what has happened to the mailbox: EXPUNGE where the running command allows it (RFC 3501
// §7.4.1), EXISTS and RECENT for what came, FETCH for flags that are not as the client believes.
func (s *Server) update(expunge, uid bool, b believed) {
	v := &s.box
	hears := s.listening.hears()
	if hears&MessageNew == 0 && !v.removed {
		return
	}
	v.removed = false
	before := v.told
	if before != v.latest {
		v.bury()
		v.told = v.latest
	}
	if expunge {
		s.gone(v.ghosts)
		v.ghosts = v.ghosts[:0]
	}
	if before == v.told {
		return
	}
	s.flags(v.told)
	if v.told.From(before.UIDNext()) <= v.told.Len() {
		s.exists()
		if g := s.listening.selection(); g != nil && len(g.Items) > 0 {
			v.fresh = append(v.fresh, span{uint32(before.UIDNext()), uint32(v.told.UIDNext()) - 1})
		}
	}
	if hears&FlagChange == 0 {
		return
	}
	for _, m := range v.told.ChangedSince(before.HighestModSeq()) {
		was, ok := lookup(before, m.UID)
		if ok && b.flags(was) != m.Flags {
			s.fetchFlags(v.from(m.UID), m, uid || s.Listens()) // RFC 5465 §5.1
		}
	}
}
