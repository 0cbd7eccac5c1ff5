package imap

// Capability asks what the server offers (RFC 3501 §6.1.1).
type Capability struct{}

// Name is the command on the wire.
func (Capability) Name() string { return "CAPABILITY" }

func (Capability) append(*encoder) {}

func parseCapability(*scanner) Command { return Capability{} }

// capabilities is what this server offers, and nothing else: a space before each.
const capabilities = "" +
	" IMAP4rev1" +
	" LITERAL+" +
	" ESEARCH" +
	" ESORT" +
	" MOVE" +
	" PREVIEW" +
	" SEARCHRES" +
	" SORT" +
	" SORT=DISPLAY" +
	" THREAD=ORDEREDSUBJECT" +
	" THREAD=REFERENCES" +
	" WITHIN"

func (Capability) serve(s *Server) {
	s.out = append(s.out, "* CAPABILITY"+capabilities+"\r\n"...)
	s.complete()
}
