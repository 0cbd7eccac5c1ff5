package imap

// Leaf is a body part of a message that has no parts itself, for who shows a message to people.
type Leaf struct {
	Type     string // as in "TEXT/PLAIN"
	Charset  string // of text; "us-ascii" where the message says nothing (RFC 2045 §5.2)
	Name     string // that it would have as a file, "" for none
	Encoding string // its Content-Transfer-Encoding
	Attached bool   // it is meant to be kept beside the message and not read in it (RFC 2183 §2.2)
	Body     []byte // as it stands in the message: nobody may change it
}

// Leaves are the leaves of a message's MIME tree, in their order. Parts of a message within the message are among them.
func Leaves(octets []byte) []Leaf { return parseEntity(octets).leaves(nil) }

func (e *entity) leaves(list []Leaf) []Leaf {
	switch {
	case e.parts != nil:
		for i := range e.parts {
			list = e.parts[i].leaves(list)
		}
		return list
	case e.message != nil:
		return e.message.leaves(list)
	}
	return append(list, e.leaf())
}

// leaf describes a part, whatever it holds.
func (e *entity) leaf() Leaf {
	disposition, params := parameters(e.field(mimeDisposition))
	l := Leaf{Type: e.mediaType + "/" + e.subtype, Charset: e.param("CHARSET"), Name: e.param("NAME"), Encoding: e.encoding(),
		Attached: equalFold([]byte(disposition), "ATTACHMENT"), Body: e.body}
	for _, p := range params {
		if p.name == "FILENAME" {
			l.Name = p.value
		}
	}
	if l.Charset == "" {
		l.Charset = "us-ascii"
	}
	return l
}
