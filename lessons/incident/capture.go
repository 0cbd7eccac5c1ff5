package incident

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"ehlo/lessons/incident/packets"
	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
	"ehlo/sim/trace"
)

// flow is where a part of a capture went.
type flow struct {
	client, server string // names or addresses
	clientAddress  string
	serverAddress  string
	port           int
	tls            bool // from the first octet on
	whole          bool // it has its beginning, and nothing of it is missing
}

// maxStreams is how many conversations of a capture are shown.
const maxStreams = 1000

// capture reads a capture.
func capture(data []byte, protocol string) (*Incident, error) {
	found, err := packets.Read(data)
	var p packets.Problem
	if errors.As(err, &p) {
		return nil, &paste.Error{ID: "incident.capture." + string(p), Args: machine.Args{"limit": strconv.Itoa(MaxCapture)}}
	}
	in := &Incident{Kind: Capture}
	other := 0
	for _, s := range found.Streams {
		if part, ok := conversation(s, protocol, found.Names); ok && len(in.Parts) < maxStreams {
			in.Parts = append(in.Parts, part.Part)
			in.flows = append(in.flows, part.flow)
		} else {
			other++
		}
	}
	if len(in.Parts) == 0 {
		return nil, &paste.Error{ID: "incident.capture.no-mail", Args: machine.Args{"packets": strconv.Itoa(found.Packets), "streams": strconv.Itoa(len(found.Streams))}}
	}
	if rest := remarks(found, other); len(rest) > 0 {
		in.Parts = append(in.Parts, Part{Title: machine.NewNote("incident.title.capture"), Summary: rest})
		in.flows = append(in.flows, flow{})
	}
	return in, nil
}

// remarks say what of a capture is not shown.
func remarks(f *packets.Found, other int) []machine.Note {
	var list []machine.Note
	for _, r := range []struct {
		id string
		n  int
	}{{"incident.capture.streams", other}, {"incident.capture.other", f.Other}, {"incident.capture.fragments", f.Fragments}, {"incident.capture.short", f.Short}} {
		if r.n > 0 {
			list = append(list, machine.NewNote(r.id, "n", strconv.Itoa(r.n)))
		}
	}
	if f.Broken {
		list = append(list, machine.NewNote("incident.capture.broken", "packets", strconv.Itoa(f.Packets)))
	}
	return list
}

// ports are those of mail, and whether TLS begins with the first octet.
var ports = map[uint16]struct {
	protocol string
	tls      bool
}{
	25: {"smtp", false}, 587: {"smtp", false}, 465: {"smtp", true}, 2525: {"smtp", false}, 110: {"pop3", false}, 995: {"pop3", true},
	143: {"imap", false}, 993: {"imap", true}, 2587: {"smtp", false}, 2110: {"pop3", false}, 2143: {"imap", false},
}

// streamed is a conversation of a capture.
type streamed struct {
	Part
	flow flow
}

// conversation reads a stream that is mail: by what is said in it, or by its port.
func conversation(s *packets.Stream, protocol string, names map[string]string) (streamed, bool) {
	known := ports[s.ServerPort]
	said := spoken(s)
	if said == "" {
		if swapped := ports[s.ClientPort]; swapped.protocol != "" && known.protocol == "" {
			known = swapped
		}
		said = known.protocol
	}
	if protocol != "" && (said != "" || !known.tls) {
		said = protocol
	}
	if said == "" {
		return streamed{}, false
	}
	f := flow{clientAddress: s.Client, serverAddress: s.Server, port: int(s.ServerPort), tls: packets.LooksTLS(s.Chunks[0].Data)}
	f.client, f.server = named(names, s.Client), named(names, s.Server)
	f.whole = s.Began && s.Missing == 0
	p := Part{Title: machine.NewNote("incident.title.stream", "protocol", strings.ToUpper(said), "client", door(f.client, s.ClientPort), "server", door(f.server, s.ServerPort))}
	c := &paste.Conversation{Protocol: said}
	rest := hear(c, s.Chunks)
	if len(c.Lines) > 0 {
		p.Conversation = c
		p.Summary = append(p.Summary, c.Summary())
	}
	if len(rest) > 0 && packets.LooksTLS(rest[0].Data) {
		p.tls(rest)
	}
	p.Summary = append(p.Summary, damage(s)...)
	return streamed{p, f}, true
}

// door is a host or an address with a port.
func door(host string, port uint16) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(port))
}

// named is the name of an address where the capture says one.
func named(names map[string]string, address string) string {
	if name := names[address]; name != "" {
		return name
	}
	return address
}

// damage says what of a stream is not as it was sent.
func damage(s *packets.Stream) (list []machine.Note) {
	for _, d := range []struct {
		id string
		n  int64
	}{{"incident.stream.again", int64(s.Again)}, {"incident.stream.early", int64(s.Early)}, {"incident.stream.missing", s.Missing}} {
		if d.n > 0 {
			list = append(list, machine.NewNote(d.id, "n", strconv.FormatInt(d.n, 10)))
		}
	}
	if !s.Began {
		list = append(list, machine.NewNote("incident.stream.begun"))
	}
	if s.Reset {
		list = append(list, machine.NewNote("incident.stream.reset"))
	}
	return list
}

// spoken is the protocol of a stream by what its server says first, and what its client says.
func spoken(s *packets.Stream) string {
	for _, c := range s.Chunks[:min(len(s.Chunks), 4)] {
		if packets.LooksTLS(c.Data) {
			return ""
		}
		line, _, _ := bytes.Cut(c.Data[:min(len(c.Data), 1000)], []byte("\r\n"))
		if p := paste.Spoken(line, trace.Dir(c.Dir)+trace.ToServer); p != "" {
			return p
		}
	}
	return ""
}

// maxPending is how many octets without a line end a conversation may have before it is given up.
const maxPending = 1 << 20

// hear lets the protocol's observer read a stream up to where TLS begins, and returns what comes from there on.
func hear(c *paste.Conversation, chunks []packets.Chunk) []packets.Chunk {
	if len(chunks) > 0 && packets.LooksTLS(chunks[0].Data) {
		return chunks
	}
	o := daemon.NewObserver(c.Protocol)
	if len(chunks) > 0 && chunks[0].Dir == packets.ToServer {
		o.Observe(0, trace.ToClient, paste.Greeting(c.Protocol))
		o.Next()
	}
	type piece struct {
		end    int64
		packet int
	}
	var pieces [2][]piece
	var total, taken [2]int64
	begin := chunks[0].At
	upgrade := false
	for i, k := range chunks {
		if upgrade && packets.LooksTLS(k.Data) {
			return chunks[i:]
		}
		if total[k.Dir]-taken[k.Dir] > maxPending {
			return nil
		}
		total[k.Dir] += int64(len(k.Data))
		pieces[k.Dir] = append(pieces[k.Dir], piece{total[k.Dir], k.Packet})
		o.Observe(engine.Time(max(k.At-begin, 0)), trace.Dir(k.Dir)+trace.ToServer, k.Data)
		for l, ok := o.Next(); ok; l, ok = o.Next() {
			d := l.Dir - trace.ToServer
			for len(pieces[d]) > 1 && pieces[d][0].end <= taken[d] {
				pieces[d] = pieces[d][1:]
			}
			at := k.Packet
			if len(pieces[d]) > 0 {
				at = pieces[d][0].packet
			}
			taken[d] += int64(len(l.Data))
			l.Data = bytes.Clone(l.Data)
			c.Lines = append(c.Lines, paste.Line{Line: l, At: at})
			upgrade = upgrade || l.Dir == trace.ToClient && (l.Verb == "STARTTLS" || l.Verb == "STLS") && l.Class == trace.ClassOK
		}
	}
	return nil
}

// maxRecords is how many TLS records of a stream are shown.
const maxRecords = 2000

// tls names the TLS records of a stream. Nothing decodes them.
func (p *Part) tls(chunks []packets.Chunk) {
	list, broken := packets.Records(chunks)
	octets := 0
	for i, r := range list {
		octets += r.Octets
		if i >= maxRecords {
			continue
		}
		dir := "C"
		if r.Dir == packets.ToClient {
			dir = "S"
		}
		e := Entry{At: r.Packet, Text: []byte(dir + ": " + hex.EncodeToString(r.Head))}
		e.span(3, 5, "incident.tls.type", "RFC 8446 §5.1")
		e.span(5, 9, "incident.tls.version", "RFC 8446 §5.1")
		e.span(9, 13, "incident.tls.length", "RFC 8446 §5.1")
		id := "incident.tls." + r.Kind
		if r.Name != "" {
			id += ".named"
		} else if r.Version != "" && (r.Kind == "client-hello" || r.Kind == "server-hello") {
			id += ".version"
		}
		e.note(id, "octets", strconv.Itoa(r.Octets), "name", r.Name, "version", r.Version)
		p.Entries = append(p.Entries, e)
	}
	p.Summary = append(p.Summary, machine.NewNote("incident.tls.summary", "n", strconv.Itoa(len(list)), "octets", strconv.Itoa(octets)))
	if broken {
		p.Summary = append(p.Summary, machine.NewNote("incident.tls.broken"))
	}
}
