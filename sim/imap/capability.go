package imap

import "strconv"

// Capability asks what the server offers (RFC 3501 §6.1.1).
type Capability struct{}

// Name is the command on the wire.
func (Capability) Name() string { return "CAPABILITY" }

func (Capability) append(*encoder) {}

func parseCapability(*scanner) Command { return Capability{} }

// capabilities is what this server offers, and nothing else: a space before each.
const capabilities = "" +
	" IMAP4rev1" +
	" IMAP4rev2" +
	" LITERAL+" +
	" BINARY" +
	" ESEARCH" +
	" ESORT" +
	" MOVE" +
	" PARTIAL" +
	" PREVIEW" +
	" SAVEDATE" +
	" SEARCHRES" +
	" SORT" +
	" SORT=DISPLAY" +
	" THREAD=ORDEREDSUBJECT" +
	" THREAD=REFERENCES" +
	" UIDPLUS" +
	" WITHIN" +
	" ENABLE" +
	" ID" +
	" IDLE" +
	" NAMESPACE" +
	" UNSELECT" +
	" CHILDREN" +
	" LIST-EXTENDED" +
	" LIST-STATUS" +
	" SPECIAL-USE" +
	" CREATE-SPECIAL-USE" +
	" CONDSTORE" +
	" QRESYNC" +
	" OBJECTID" +
	" STATUS=SIZE" +
	" QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX QUOTASET" +
	" ACL RIGHTS=texk" +
	" METADATA" +
	" MULTIAPPEND" +
	" UTF8=ACCEPT"

func (Capability) serve(s *Server) {
	s.out = append(s.offer(append(s.out, "* CAPABILITY"...)), "\r\n"...)
	s.complete()
}

// offer writes what is offered now, a space before each.
func (s *Server) offer(dst []byte) []byte {
	dst = append(dst, capabilities...)
	dst = strconv.AppendInt(append(dst, " APPENDLIMIT="...), s.cfg.AppendLimit, 10)
	if s.state != NotAuthenticated {
		return dst
	}
	if s.cfg.StartTLS && !s.tls {
		dst = append(dst, " STARTTLS"...)
	}
	if !s.clear() {
		dst = append(dst, " LOGINDISABLED"...)
	}
	if m := s.mechanisms(); m != 0 {
		dst = m.AppendNames(append(dst, " SASL-IR"...), " AUTH=")
	}
	return dst
}
