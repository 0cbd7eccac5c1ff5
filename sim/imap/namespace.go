package imap

import "ehlo/sim/store"

// Namespace asks where the user's own mailboxes are, and those of others (RFC 2342 §5).
type Namespace struct{}

// Name is the command on the wire.
func (Namespace) Name() string { return "NAMESPACE" }

func (Namespace) append(*encoder) {}

func parseNamespace(*scanner) Command { return Namespace{} }

func (Namespace) serve(s *Server) {
	s.out = append(s.out, `* NAMESPACE (("" "`...)
	s.out = append(append(s.out, store.Delimiter), `")) `...)
	if s.cfg.Others == "" {
		s.out = append(s.out, "NIL"...)
	} else {
		s.out = appendQuoted(append(s.out, "(("...), s.cfg.Others)
		s.out = append(append(append(s.out, ` "`...), store.Delimiter), `"))`...)
	}
	s.out = append(s.out, " NIL\r\n"...)
	s.complete()
}
