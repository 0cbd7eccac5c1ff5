package imap

import (
	"slices"
	"strconv"

	"ehlo/sim/store"
)

// useModSeq makes the client one that is told modification sequences, if it was none; it then learns how far the
// selected mailbox is (RFC 7162 §3.1).
func (s *Server) useModSeq() {
	if s.condstore {
		return
	}
	s.condstore = true
	if s.state == Selected {
		s.reply(star, ReplyHighestModSeq, about{number: int64(s.box.told.HighestModSeq())})
	}
}

// vanishedEarlier tells which UIDs of a set are gone since a modification sequence (RFC 7162 §3.2.6).
func (s *Server) vanishedEarlier(set []span, since store.ModSeq) {
	expunged := s.box.told.ExpungedSince(since)
	gone := make([]span, len(expunged))
	for i, r := range expunged {
		gone[i] = span{uint32(r.First), uint32(r.Last)}
	}
	gone = intersect(joined(slices.Clone(set)), gone)
	if len(gone) > 0 {
		s.out = appendSpans(append(s.out, "* VANISHED (EARLIER) "...), gone)
		s.out = append(s.out, "\r\n"...)
	}
}

// appendSpans writes ranges as a set.
func appendSpans(dst []byte, set []span) []byte {
	for i, r := range set {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, uint64(r.from), 10)
		if r.to > r.from {
			dst = strconv.AppendUint(append(dst, ':'), uint64(r.to), 10)
		}
	}
	return dst
}

// fetchModSeq writes a FETCH response that tells a message's modification sequence and no flags.
func (s *Server) fetchModSeq(seq int, m store.Message, uid bool) {
	f := fetched{Message: m}
	s.fetchHead(seq, m.UID)
	if s.tellsUID(uid) {
		s.out = append(writeUID(s.out, nil, &f), ' ')
	}
	s.out = append(writeModSeq(s.out, nil, &f), ")\r\n"...)
}

// resync tells a client that has come back what has happened to the messages that it knows (RFC 7162 §3.2.5.1). What has
// gone is known exactly, so that the pairs of numbers and UIDs that the client may give are not needed.
func (s *Server) resync(r Resync) {
	known := []span{{1, uint32(noRecent)}}
	if len(r.Known) > 0 {
		known = r.Known.resolve(0)
	}
	s.vanishedEarlier(known, r.ModSeq)
	for seq, m := range s.box.told.ChangedSince(r.ModSeq) {
		if contains(known, uint32(m.UID)) {
			s.fetchFlags(seq, m, true)
		}
	}
}

// gone tells which messages have gone: by UID to a client that has enabled QRESYNC (RFC 7162 §3.2.10) or UIDONLY (RFC
// 9586), else by number, ascending, where those before a message are gone already from the client's numbers.
func (s *Server) gone(ghosts []store.Message) {
	if len(ghosts) == 0 {
		return
	}
	if !s.qresync && !s.uidOnly {
		for _, g := range ghosts {
			s.untagged(int64(s.box.told.From(g.UID)), "EXPUNGE")
		}
		return
	}
	set := make([]span, 0, len(ghosts))
	for _, g := range ghosts {
		uid := uint32(g.UID)
		if n := len(set); n > 0 && set[n-1].to == uid-1 {
			set[n-1].to = uid
		} else {
			set = append(set, span{uid, uid})
		}
	}
	s.out = append(appendSpans(append(s.out, "* VANISHED "...), set), "\r\n"...)
}

// completeExpunged ends a command that has removed messages: with QRESYNC the client learns how far the mailbox is now
// (RFC 7162 §3.2.7).
func (s *Server) completeExpunged(box store.Snapshot) {
	if !s.qresync {
		s.complete()
		return
	}
	s.completeWith(ReplyExpunged, about{number: int64(box.HighestModSeq())})
}
