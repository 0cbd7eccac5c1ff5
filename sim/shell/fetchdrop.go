package shell

import (
	"slices"
	"strings"

	"ehlo/sim/message"
)

// fetchName maps a name at the server to one here.
type fetchName struct{ there, here string }

// multidrop says whether a mailbox holds the mail of several users.
func (s *fetchServer) multidrop() bool { return len(s.names) > 1 || s.anybody }

// recipients is who gets the message in hand: of a mailbox for one user that user, of a mailbox for several whoever its
// envelope names, where the server has kept that in a header field, or else who it is addressed to.
func (f *fetchmail) recipients(p *Process) (to []string) {
	if !f.s.multidrop() {
		name := p.User()
		if len(f.s.names) > 0 {
			name = f.s.names[0].here
		}
		return []string{f.account(p, name)}
	}
	header, _ := message.Split(f.message)
	for _, address := range f.addressees(header) {
		here, ok := f.local(address)
		if !ok {
			continue
		}
		f.say(p, "fetchmail: mapped "+address+" to local "+here+"\n")
		if here = f.account(p, here); !slices.Contains(to, here) {
			to = append(to, here)
		}
	}
	if len(to) == 0 {
		f.say(p, "fetchmail: no local matches, forwarding to "+f.config.postmaster+"\n")
		return []string{f.account(p, f.config.postmaster)}
	}
	return to
}

// addressees lists the addresses that a header says a message is for.
func (f *fetchmail) addressees(header []byte) (addresses []string) {
	fields := []string{"Resent-To", "Resent-Cc", "Resent-Bcc"}
	if _, resent := message.Get(header, "Resent-From"); !resent {
		fields = []string{"To", "Cc", "Bcc", "Apparently-To"}
	}
	if f.s.envelope != "" {
		fields = []string{f.s.envelope}
	}
	skip := f.s.envelopeSkip
	for _, field := range message.Fields(header) {
		if !slices.ContainsFunc(fields, func(name string) bool { return strings.EqualFold(name, field.Name) }) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if strings.EqualFold(field.Name, "Received") {
			if a, ok := receivedFor(field.Value); ok {
				return append(addresses, a)
			}
			continue
		}
		for _, a := range message.ParseAddressList(field.Value) {
			address := a.Mailbox
			if a.Host != "" {
				address += "@" + a.Host
			}
			addresses = append(addresses, address)
		}
		if f.s.envelope != "" {
			return addresses
		}
	}
	return addresses
}

// receivedFor finds the recipient in a Received field, where it was for one only.
func receivedFor(value string) (address string, ok bool) {
	words := strings.Fields(value)
	for i, w := range words {
		if w == "for" && i+1 < len(words) {
			address = strings.Trim(strings.TrimSuffix(words[i+1], ";"), "<>")
			return address, strings.Contains(address, "@")
		}
	}
	return "", false
}

// local maps an address at the server to a name here; false where it is not meant for anybody here.
func (f *fetchmail) local(address string) (here string, ok bool) {
	name, host, _ := strings.Cut(address, "@")
	name = strings.TrimPrefix(name, f.s.qvirtual)
	if host != "" && !f.s.itself(host) {
		return "", false
	}
	for _, n := range f.s.names {
		if strings.EqualFold(n.there, name) {
			return n.here, true
		}
	}
	return name, f.s.anybody
}

// itself says whether a host is another name of the server, or in a domain whose mail it gathers.
func (s *fetchServer) itself(host string) bool {
	host = strings.ToLower(host)
	for _, alias := range append([]string{s.name, s.via}, s.aka...) {
		if alias != "" && (host == alias || strings.HasSuffix(host, "."+alias)) {
			return true
		}
	}
	return slices.ContainsFunc(s.domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
}

// account is a name here as the MTA gets it.
func (f *fetchmail) account(p *Process, name string) string {
	if strings.Contains(name, "@") {
		return name
	}
	if f.s.smtpAddress != "" {
		return name + "@" + f.s.smtpAddress
	}
	return name + "@" + mailDomain(p)
}
