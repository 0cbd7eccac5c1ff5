package written

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/lessons/packed"
	"ehlo/sim/persona"
	"ehlo/sim/toml"
	"ehlo/sim/world"
)

// Edit is one change of a world by hand. Do says what: "add" and a kind, or "remove" and a kind with its place in the [Outline].
type Edit struct {
	Do   string `json:"do"`   // "add", "remove", or "" to change nothing
	Kind string `json:"kind"` // "host", "service", "link", "domain", "user", "record"
	At   int    `json:"at"`   // what to remove, from 0: among those of its kind, services and records among those of In
	In   int    `json:"in"`   // the host of a service, the zone of a record

	Name     string   `json:"name"`     // of a host, a domain, a zone; a user's address
	Address  string   `json:"address"`  // of a host; "" for one that is free
	Role     string   `json:"role"`     // of a host
	Services []string `json:"services"` // of a new host
	A        string   `json:"a"`        // ends of a link; A is the host that a new host is linked to, that a domain's mail goes to, or that serves a new zone
	B        string   `json:"b"`
	Latency  string   `json:"latency"`
	Password string   `json:"password"`
	Protocol string   `json:"protocol"` // of a service
	Port     string   `json:"port"`
	Record   string   `json:"record"` // a line of a zone file
}

// Edited is a world file after a change.
type Edited struct {
	Text    string   `json:"text"`
	Outline Outline  `json:"outline"`
	Problem *Problem `json:"problem"` // what is wrong with it; null where nothing is
}

// Change changes a world file, which is given with the edit as {"name", "text", "edit"} in JSON, and returns an [Edited] in JSON. The text
// around a change stays as it is, comments too. What cannot be read is not changed.
func Change(request, personas []byte, texts *locale.Catalogue) ([]byte, error) {
	var r struct {
		Name string `json:"name"`
		Text string `json:"text"`
		Edit Edit   `json:"edit"`
	}
	if err := json.Read(request, &r); err != nil {
		return nil, err
	}
	var known []*persona.Persona
	if len(personas) > 0 {
		if err := packed.Read(personas, &known); err != nil {
			return nil, err
		}
	}
	e := Edited{Text: r.Text}
	source := toml.NewSource([]byte(e.Text))
	root, faults := source.Parse()
	if len(faults) == 0 && r.Edit.Do != "" {
		e.Text = (&file{e.Text, source, root}).change(r.Edit)
		root, _ = toml.NewSource([]byte(e.Text)).Parse()
	}
	e.Outline = outline(root)
	_, err := world.Parse(r.Name, []byte(e.Text), known...)
	var bad world.Errors
	if errors.As(err, &bad) {
		e.Problem = wrong("tutor.bad-world", bad, texts)
	} else if err != nil {
		return nil, err
	}
	return json.Append(nil, e), nil
}

// file is a world file that is changed.
type file struct {
	text   string
	source *toml.Source
	root   *toml.Table
}

// change returns the text after an edit.
func (f *file) change(e Edit) string {
	if e.Do == "remove" {
		return f.remove(e)
	}
	switch e.Kind {
	case "host":
		return f.addHost(e)
	case "service":
		hosts := tables(f.root, "host")
		if e.In < 0 || e.In >= len(hosts) {
			return f.text
		}
		return f.insert(f.end(hosts[e.In]), indent(service(e.Protocol, e.Port)))
	case "link":
		return f.add("link", link(e.A, e.B, e.Latency))
	case "domain":
		return f.add("domain", fmt.Sprintf("[[domain]]\nname = %s\nmx = %s\n", toml.Quote(e.Name), toml.Quote(e.A)))
	case "user":
		return f.add("user", fmt.Sprintf("[[user]]\naddress = %s\npassword = %s\n", toml.Quote(e.Name), toml.Quote(e.Password)))
	case "record":
		return f.addRecord(e)
	}
	return f.text
}

func (f *file) addHost(e Edit) string {
	if e.Address == "" {
		e.Address = f.freeAddress()
	}
	block := fmt.Sprintf("[[host]]\nname = %s\naddress = %s\nrole = %s\n", toml.Quote(e.Name), toml.Quote(e.Address), toml.Quote(e.Role))
	for _, protocol := range e.Services {
		block += "\n" + indent(service(protocol, ""))
	}
	text := f.add("host", block)
	if e.A == "" {
		return text
	}
	source := toml.NewSource([]byte(text))
	root, _ := source.Parse()
	return (&file{text, source, root}).add("link", link(e.Name, e.A, e.Latency))
}

// freeAddress is the first address of the documentation's network that no host has (RFC 5737 §3).
func (f *file) freeAddress() string {
	for n := 1; n < 255; n++ {
		address := fmt.Sprintf("192.0.2.%d", n)
		if !slices.ContainsFunc(tables(f.root, "host"), func(t *toml.Table) bool { return text(t, "address") == address }) {
			return address
		}
	}
	return ""
}

func service(protocol, port string) string {
	s := "[[host.service]]\nprotocol = " + toml.Quote(protocol) + "\n"
	if port != "" {
		s += "port = " + port + "\n"
	}
	return s
}

func link(a, b, latency string) string {
	if latency == "" {
		latency = "10ms"
	}
	return fmt.Sprintf("[[link]]\nbetween = [%s, %s]\nlatency = %s\n", toml.Quote(a), toml.Quote(b), toml.Quote(latency))
}

// addRecord adds a line to a zone. A zone that is not there begins with what the world made up for its hosts and domain, which a zone of
// the file takes the place of.
func (f *file) addRecord(e Edit) string {
	for _, z := range tables(f.root, "zone") {
		if strings.EqualFold(text(z, "name"), e.Name) {
			return f.setZone(z, append(records(text(z, "text")), e.Record))
		}
	}
	var lines []string
	for _, d := range tables(f.root, "domain") {
		if strings.EqualFold(text(d, "name"), e.Name) {
			lines = append(lines, "@ IN MX 10 "+text(d, "mx")+".")
		}
	}
	for _, h := range tables(f.root, "host") {
		if name := text(h, "name"); strings.EqualFold(name, e.Name) || strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(e.Name)) {
			lines = append(lines, name+". IN A "+text(h, "address"))
		}
	}
	return f.add("zone", fmt.Sprintf("[[zone]]\nname = %s\nservers = [%s]\ntext = %s\n", toml.Quote(e.Name), toml.Quote(e.A), long(append(lines, e.Record))))
}

// setZone writes the lines of a zone.
func (f *file) setZone(zone *toml.Table, lines []string) string {
	v := zone.Get("text")
	if v == nil {
		return f.text
	}
	return f.text[:v.At.Start] + long(lines) + f.text[v.At.End:]
}

// remove takes something out of the file; with a host go its links.
func (f *file) remove(e Edit) string {
	list := tables(f.root, e.Kind)
	switch e.Kind {
	case "service":
		list = nil
		if hosts := tables(f.root, "host"); e.In >= 0 && e.In < len(hosts) {
			list = tables(hosts[e.In], "service")
		}
	case "record":
		zones := tables(f.root, "zone")
		if e.In < 0 || e.In >= len(zones) {
			return f.text
		}
		lines := records(text(zones[e.In], "text"))
		if e.At < 0 || e.At >= len(lines) {
			return f.text
		}
		return f.setZone(zones[e.In], slices.Delete(lines, e.At, e.At+1))
	}
	if e.At < 0 || e.At >= len(list) {
		return f.text
	}
	gone := []*toml.Table{list[e.At]}
	if e.Kind == "host" {
		for i, l := range outline(f.root).Links {
			if name := text(list[e.At], "name"); strings.EqualFold(l.A, name) || strings.EqualFold(l.B, name) {
				gone = append(gone, tables(f.root, "link")[i])
			}
		}
	}
	out := f.text
	slices.SortFunc(gone, func(a, b *toml.Table) int { return b.At.Start - a.At.Start })
	for _, t := range gone { // from the end, so that places before stay
		begin, end := f.lineStart(t.At.Start), f.end(t)
		out = strings.TrimRight(out[:begin], " \t\n") + "\n\n" + strings.TrimLeft(out[end:], "\n")
	}
	return strings.TrimRight(out, "\n") + "\n"
}
