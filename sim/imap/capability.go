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
	" REPLACE" +
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
	" NOTIFY" +
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
	" UTF8=ACCEPT" +
	" UIDONLY"

func (Capability) serve(s *Server) {
	s.out = append(s.offer(append(s.out, "* CAPABILITY"...)), "\r\n"...)
	s.complete()
}

// offer writes what is offered now, a space before each.
func (s *Server) offer(dst []byte) []byte {
	list := s.cfg.Capabilities
	if s.cfg.Early != nil && s.state == NotAuthenticated {
		list = s.cfg.Early
	}
	if s.cfg.Greeted != nil && len(s.tag) == 0 {
		list = s.cfg.Greeted
	}
	if list == nil {
		dst = append(dst, capabilities...)
		for _, name := range conditional {
			dst = s.offerOne(dst, name)
		}
		return dst
	}
	for _, name := range list {
		dst = s.offerOne(dst, name)
	}
	return dst
}

// conditional is what is offered in some sessions only, or has something behind it.
var conditional = [...]string{"APPENDLIMIT=", "COMPRESS=DEFLATE", "STARTTLS", "LOGINDISABLED", "SASL-IR", "AUTH="}

// offerOne writes a capability if it works now.
func (s *Server) offerOne(dst []byte, name string) []byte {
	outside := s.state == NotAuthenticated
	switch name {
	case "APPENDLIMIT=":
		return strconv.AppendInt(append(append(dst, ' '), "APPENDLIMIT="...), s.cfg.AppendLimit, 10)
	case "AUTH=":
		if outside {
			dst = s.mechanisms().AppendNames(dst, " AUTH=")
		}
		return dst
	case "COMPRESS=DEFLATE":
		outside = s.cfg.Compress && !s.compressed
	case "STARTTLS":
		outside = outside && s.cfg.StartTLS && !s.tls
	case "LOGINDISABLED":
		outside = outside && !s.clear()
	case "SASL-IR":
		outside = outside && s.mechanisms() != 0
	default:
		outside = true
	}
	if outside {
		dst = append(append(dst, ' '), name...)
	}
	return dst
}
