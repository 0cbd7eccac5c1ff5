package incident

import (
	"slices"
	"strconv"
	"strings"
)

// mail replays the messages that a log or a report tells of: each is handed to the host whose log it is, which takes it to where it went.
func (b *builder) mail(in *Incident) {
	client := b.host("laptop.example.org", "", "mua")
	client.you = true
	told := 0
	for i := range in.Letters {
		m := &in.Letters[i]
		if m.Sender && m.From == "" || len(m.To) == 0 {
			continue // a report, which the world makes by itself
		}
		if told++; told > maxLetters {
			b.assume("more-letters", "n", strconv.Itoa(maxLetters))
			break
		}
		host := b.host(m.Host, "", "mta")
		if host == nil || host == client {
			b.assume("more-hosts")
			continue
		}
		host.listens(service{protocol: "smtp", port: 25})
		if !slices.Contains(host.relayFrom, client.name) {
			host.relayFrom = append(host.relayFrom, client.name)
		}
		b.link(client.name, host.name)
		for j := range m.To {
			b.delivered(host, &m.To[j])
		}
		b.posted(client, host, m)
	}
	for _, s := range b.senders {
		_, domain, _ := strings.Cut(s[0], "@")
		if b.domain(domain, s[1]) == s[1] && b.user(s[0], "") {
			b.assume("home")
		}
	}
	if told > 0 {
		b.line("wait 1m")
		b.assume("client")
		b.assume("bodies")
	}
}

// delivered gives a recipient the host that the log names, with a mailbox where the message arrived, and without where it was refused.
func (b *builder) delivered(host *place, d *Delivery) {
	_, domain, ok := strings.Cut(d.To, "@")
	if !ok || !isDomain(strings.ToLower(domain)) {
		return
	}
	if d.Verdict == "bounced" && d.Relay == "" && (strings.HasSuffix(d.Status, ".1.2") || strings.HasSuffix(d.Status, ".4.4")) {
		return // nobody knows the domain
	}
	name, address, _ := strings.Cut(d.Relay, " [")
	next := host
	switch {
	case strings.Contains(name, ".") || d.Verdict == "deferred" && name == "":
		if isIPv4(name) {
			address = name
		}
		if isIPv4(name) || !isDomain(strings.ToLower(name)) || name == "" {
			name = "mx." + strings.ToLower(domain)
		}
		if next = b.host(name, strings.TrimSuffix(address, "]"), "mta"); next == nil || next.role != "mta" {
			b.assume("more-hosts")
			return
		}
		next.listens(service{protocol: "smtp", port: 25})
		b.link(host.name, next.name)
	}
	if b.domain(domain, next.name) != next.name {
		return
	}
	switch d.Verdict {
	case "sent":
		b.user(d.To, "")
	case "deferred":
		if next != host && replyAt.FindStringIndex(d.Reply) == nil && strings.Contains(d.Reply, "onnect") {
			if !slices.Contains(b.faults, next.name) {
				b.faults = append(b.faults, next.name)
			}
		} else {
			b.user(d.To, "")
			b.assume("not-now")
		}
	}
}

// posted hands a message to a host.
func (b *builder) posted(client, host *place, m *Letter) {
	from := m.From
	if local, domain, ok := strings.Cut(from, "@"); !ok || !isLocal(local) || !isDomain(domain) {
		from = "alice@example.org"
		b.assume("sender")
	}
	var to []string
	for _, d := range m.To {
		if local, domain, ok := strings.Cut(d.To, "@"); ok && isLocal(local) && isDomain(domain) {
			to = append(to, d.To)
		}
	}
	if len(to) == 0 {
		return
	}
	b.senders = append(b.senders, [2]string{from, host.name})
	b.line("at ", client.name)
	b.line("telnet ", host.name, " 25")
	b.line("> EHLO ", client.name)
	b.line("> MAIL FROM:<", from, ">")
	for _, t := range to {
		b.line("> RCPT TO:<", t, ">")
	}
	subject := "A message of the incident"
	if m.ID != "" {
		subject = "Message " + m.ID
	}
	for _, row := range []string{"DATA", "From: " + from, "To: " + strings.Join(to[:min(len(to), 5)], ", "), "Subject: " + subject, "", "The text is not known.", ".", "QUIT"} {
		b.line("> ", row)
	}
}

// chain replays the way of a message: each host hands it to the one that wrote the next Received field.
func (b *builder) chain(in *Incident) {
	m := &in.Letters[0]
	if len(m.hops) == 0 {
		return
	}
	client := b.host(first(nameOnly(m.hops[0].From), nameOnly(m.hops[0].Name)), m.hops[0].Address, "mua")
	client.you = true
	before := client
	var way []*place
	for i, h := range m.hops {
		address := ""
		if i+1 < len(m.hops) {
			address = m.hops[i+1].Address
		}
		p := b.host(h.By, address, "mta")
		if p == nil || p == before || slices.Contains(way, p) || p == client {
			continue
		}
		p.listens(service{protocol: "smtp", port: 25})
		p.relayFrom = []string{before.name}
		b.link(before.name, p.name)
		if before != client {
			before.smarthost = p.name
		}
		way = append(way, p)
		before = p
	}
	if len(way) == 0 {
		return
	}
	to := ""
	for _, h := range slices.Backward(m.hops) {
		to = first(to, bounceAddress.FindString(h.For))
	}
	for _, d := range m.To {
		to = first(to, d.To)
	}
	if local, domain, ok := strings.Cut(to, "@"); !ok || !isLocal(local) || !isDomain(domain) {
		to = "bob@example.net"
		b.assume("recipient")
	}
	_, domain, _ := strings.Cut(to, "@")
	b.domain(domain, before.name)
	b.user(to, "")
	b.assume("bodies")
	b.assume("delays")
	b.posted(client, way[0], &Letter{From: m.From, To: []Delivery{{To: to}}})
	b.line("wait 1m")
}
