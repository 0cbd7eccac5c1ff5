package imap

import "strconv"

// Node is a part of a message's MIME tree.
type Node struct {
	Leaf
	Number string // as FETCH names it, as in "2.1" (RFC 3501 §6.4.5); "" of the message as a whole
	Header []byte // its own, with the empty line that ends it
	Text   string // of a text part, as UTF-8, its transfer encoding undone; "" where that cannot be done
	Parts  []Node
}

// Tree is the MIME tree of a message: the parts of a multipart, and the message in a message, each with its parts.
func Tree(octets []byte) Node { return parseEntity(octets).node("") }

func (e *entity) node(number string) Node {
	n := Node{Leaf: e.leaf(), Number: number, Header: e.header}
	inner, prefix := e, number
	if e.message != nil { // its parts have numbers under those of the message that holds it
		inner = e.message
	}
	if prefix != "" {
		prefix += "."
	}
	switch {
	case inner.parts != nil:
		for i := range inner.parts {
			n.Parts = append(n.Parts, inner.parts[i].node(prefix+strconv.Itoa(i+1)))
		}
	case e.message != nil:
		n.Parts = []Node{e.message.node(prefix + "1")}
	case e.mediaType == "TEXT":
		n.Text, _ = e.text()
	}
	return n
}
