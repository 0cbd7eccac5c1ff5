package written

import (
	"strings"

	"ehlo/sim/toml"
)

// Outline is what a world file says that can be edited by hand, each list in the order of the file.
type Outline struct {
	Title   string          `json:"title"`
	Hosts   []OutlineHost   `json:"hosts"`
	Links   []OutlineLink   `json:"links"`
	Domains []OutlineDomain `json:"domains"`
	Users   []OutlineUser   `json:"users"`
	Zones   []OutlineZone   `json:"zones"`
}

// OutlineHost is a host with its services.
type OutlineHost struct {
	Name     string           `json:"name"`
	Address  string           `json:"address"`
	Role     string           `json:"role"`
	Services []OutlineService `json:"services"`
}

// OutlineService is a service of a host; where the file names no port, Port is "".
type OutlineService struct {
	Protocol string `json:"protocol"`
	Port     string `json:"port"`
}

// OutlineLink is a link.
type OutlineLink struct {
	A       string `json:"a"`
	B       string `json:"b"`
	Latency string `json:"latency"`
}

// OutlineDomain is a mail domain.
type OutlineDomain struct {
	Name string `json:"name"`
	MX   string `json:"mx"`
}

// OutlineUser is a user.
type OutlineUser struct {
	Address string `json:"address"`
}

// OutlineZone is a zone with the lines of its file that are not empty.
type OutlineZone struct {
	Name    string   `json:"name"`
	Records []string `json:"records"`
}

// outline reads what is there, as far as it can be read.
func outline(root *toml.Table) Outline {
	o := Outline{Title: text(root, "title"), Hosts: []OutlineHost{}, Links: []OutlineLink{}, Domains: []OutlineDomain{}, Users: []OutlineUser{}, Zones: []OutlineZone{}}
	for _, t := range tables(root, "host") {
		h := OutlineHost{Name: text(t, "name"), Address: text(t, "address"), Role: text(t, "role"), Services: []OutlineService{}}
		for _, s := range tables(t, "service") {
			h.Services = append(h.Services, OutlineService{text(s, "protocol"), text(s, "port")})
		}
		o.Hosts = append(o.Hosts, h)
	}
	for _, t := range tables(root, "link") {
		l := OutlineLink{Latency: text(t, "latency")}
		if v := t.Get("between"); v != nil && len(v.List) == 2 {
			l.A, l.B = v.List[0].Text, v.List[1].Text
		}
		o.Links = append(o.Links, l)
	}
	for _, t := range tables(root, "domain") {
		o.Domains = append(o.Domains, OutlineDomain{text(t, "name"), text(t, "mx")})
	}
	for _, t := range tables(root, "user") {
		o.Users = append(o.Users, OutlineUser{text(t, "address")})
	}
	for _, t := range tables(root, "zone") {
		o.Zones = append(o.Zones, OutlineZone{text(t, "name"), records(text(t, "text"))})
	}
	return o
}

// records are the lines of a zone file that are not empty.
func records(zone string) []string {
	lines := []string{}
	for line := range strings.Lines(zone) {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimRight(line, " \t\r\n"))
		}
	}
	return lines
}

// tables lists the tables of an array of tables.
func tables(t *toml.Table, key string) (list []*toml.Table) {
	v := t.Get(key)
	if v == nil || v.Kind != toml.List {
		return nil
	}
	for _, item := range v.List {
		if item.Kind == toml.Map {
			list = append(list, item.Table)
		}
	}
	return list
}

// text is a value as the file has it, "" where there is none.
func text(t *toml.Table, key string) string {
	if v := t.Get(key); v != nil {
		return v.Text
	}
	return ""
}
