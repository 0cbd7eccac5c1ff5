package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/persona"
	"ehlo/sim/world"
)

// old says whether the world is one of before Postfix, whose hosts run Sendmail.
func (p *Process) old() bool { return old(p.Env().Definition()) }

// lacks says of a program of Postfix that this host has none.
func (p *Process) lacks() bool {
	if p.Env().Machine().HasMTA() && p.system() == persona.QueuePostfix {
		return false
	}
	p.Complain("-bash: " + p.Name + ": command not found\n")
	p.Why("shell.why.no-postfix", p.Host())
	return true
}

// notRoot says that a program is for root only.
func (p *Process) notRoot() bool {
	if p.User() == "root" {
		return false
	}
	p.Error("fatal: use of this command is reserved for the superuser")
	p.Why("shell.why.superuser", p.Name)
	return true
}

// queued finds a message of the queue by its name.
func queued(p *Process, id string) (q daemon.Entry, ok bool) {
	for _, q = range p.Env().Machine().Queue() {
		if p.queueName(&q) == id {
			return q, true
		}
	}
	return q, false
}

// postsuper works on messages of the queue: it removes them, tries them now, holds them and lets them go.
func postsuper(p *Process) int {
	if p.lacks() {
		return 127
	}
	opts, rest, fault := p.options("d:r:h:H:")
	if fault != "" || len(opts) == 0 || len(rest) > 0 {
		p.misused(fault, "postsuper: fatal: usage: postsuper [-d queue_id (delete)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-r queue_id (requeue)]\n", 1)
		return 1
	}
	if p.notRoot() {
		return 1
	}
	machine, env := p.Env().Machine(), p.Env()
	did := []struct {
		option, each, all string
		count             int
	}{{"r", "requeued", "Requeued", 0}, {"d", "removed", "Deleted", 0}, {"h", "placed on hold", "Placed on hold", 0}, {"H", "released from hold", "Released from hold", 0}}
	for _, o := range opts {
		for _, letter := range lettersOf(p, o.value) {
			id := ""
			for _, q := range machine.Queue() {
				if q.Letter == letter {
					id = p.queueName(&q)
				}
			}
			n := 0
			switch o.name {
			case "r":
				n = machine.Retry(env, letter)
			case "d":
				n = machine.Drop(env, letter)
			case "h":
				n = machine.Hold(letter)
			case "H":
				n = machine.Release(env, letter)
			}
			for i := range did {
				if n > 0 && did[i].option == o.name {
					did[i].count++
					p.Complain("postsuper: " + id + ": " + did[i].each + "\n")
				}
			}
		}
	}
	for _, d := range did {
		if d.count > 0 {
			p.Complain("postsuper: " + d.all + ": " + strconv.Itoa(d.count) + " message" + strings.Repeat("s", boolToInt(d.count != 1)) + "\n")
		}
	}
	return 0
}

// lettersOf are the messages that a queue ID or ALL names.
func lettersOf(p *Process, id string) (letters []uint32) {
	for _, q := range p.Env().Machine().Queue() {
		if (id == "ALL" || p.queueName(&q) == id) && (len(letters) == 0 || letters[len(letters)-1] != q.Letter) {
			letters = append(letters, q.Letter)
		}
	}
	return letters
}

// postcat shows a message of the queue.
func postcat(p *Process) int {
	if p.lacks() {
		return 127
	}
	opts, ids, fault := p.options("qhbe")
	if fault != "" || !opts.has("q") || len(ids) == 0 {
		p.misused(fault, "postcat: fatal: usage: postcat -q [-bhe] queue_id...\n", 1)
		return 1
	}
	if p.notRoot() {
		return 1
	}
	all := !opts.has("h") && !opts.has("b") && !opts.has("e")
	for _, id := range ids {
		q, ok := queued(p, id)
		if !ok {
			p.Error("fatal: open queue file ", id, ": No such file or directory")
			p.Why("shell.why.queue-id", id)
			return 1
		}
		file := "deferred/" + id[:1] + "/" + id
		if all || opts.has("e") {
			p.Print("*** ENVELOPE RECORDS ", file, " ***\nmessage_size: ", strconv.Itoa(len(q.Content)), "\nmessage_arrival_time: ",
				time.Unix(p.Env().Date(q.Arrived), 0).UTC().Format("Mon Jan _2 15:04:05 2006"), "\nsender: ", sender(&q), "\n")
			for _, to := range q.To {
				p.Print("recipient: ", to.Path.String(), "\n")
			}
		}
		header, body, _ := strings.Cut(strings.ReplaceAll(string(q.Content), "\r\n", "\n"), "\n\n")
		if all {
			p.Print("*** MESSAGE CONTENTS ", file, " ***\n")
		}
		if all || opts.has("h") {
			p.Print(header, "\n")
		}
		if all || opts.has("b") {
			p.Print(strings.Repeat("\n", boolToInt(all)), body)
		}
		if all {
			p.Print("*** HEADER EXTRACTED ", file, " ***\n*** MESSAGE FILE END ", file, " ***\n")
		}
	}
	return 0
}

// sender is a message's sender, "" where it is a report.
func sender(q *daemon.Entry) string {
	if q.From.Null {
		return ""
	}
	return q.From.String()
}

// postconf shows by which settings the MTA goes.
func postconf(p *Process) int {
	if p.lacks() {
		return 127
	}
	opts, names, fault := p.options("nh")
	if fault != "" {
		p.misused(fault, "postconf: fatal: usage: postconf [-nh] [name...]\n", 1)
		return 1
	}
	settings := settingsOf(p)
	write := func(s setting) {
		if opts.has("h") {
			p.Print(s.value, "\n")
			return
		}
		p.Print(strings.TrimRight(s.name+" = "+s.value, " "), "\n")
	}
	if len(names) == 0 {
		for _, s := range settings {
			write(s)
		}
		return 0
	}
	for _, name := range names {
		found := false
		for _, s := range settings {
			if s.name == name {
				found = true
				write(s)
			}
		}
		if !found {
			p.Error("warning: ", name, ": unknown parameter")
			p.Why("shell.why.parameter", name)
		}
	}
	return 0
}

type setting struct{ name, value string }

// settingsOf are the settings of the host's MTA that have a parameter of Postfix, in order.
func settingsOf(p *Process) []setting {
	h := p.Env().Machine().Definition()
	m := &h.MTA
	_, domain, _ := strings.Cut(h.Name, ".")
	yes := map[bool]string{true: "yes", false: "no"}
	security := map[world.TLSMode]string{world.StartTLS: "may"}
	level := ""
	for _, s := range h.Services {
		if s.Protocol == "smtp" && s.Role == "" {
			level = security[s.TLS]
		}
	}
	size := m.MaxSize
	if size == 0 {
		size = 10 << 20
	}
	hops := m.MaxHops
	if hops == 0 {
		hops = 100
	}
	give, warn := m.GiveUpAfter, m.WarnAfter
	if give == 0 {
		give = daemon.GiveUpAfter
	}
	if warn == 0 {
		warn = daemon.WarnAfter
	}
	aliases := ""
	if len(m.Aliases) > 0 {
		aliases = "hash:/etc/aliases"
	}
	relay := ""
	if h.Smarthost != "" {
		relay = "[" + h.Smarthost + "]"
	}
	spool := "/var/mail"
	if m.Store == world.Maildir {
		spool = ""
	}
	return []setting{
		{"alias_maps", aliases},
		{"delay_warning_time", strconv.Itoa(int(max(warn, 0)/time.Hour)) + "h"},
		{"disable_vrfy_command", yes[false]},
		{"hopcount_limit", strconv.Itoa(hops)},
		{"mail_spool_directory", spool},
		{"maximal_queue_lifetime", strconv.Itoa(int(give/(24*time.Hour))) + "d"},
		{"message_size_limit", strconv.FormatInt(size, 10)},
		{"mydestination", strings.Join(append([]string{h.Name, "localhost"}, p.Env().Machine().Domains()...), ", ")},
		{"mydomain", domain},
		{"myhostname", h.Name},
		{"relay_domains", strings.Join(m.Backup, ", ")},
		{"relayhost", relay},
		{"smtpd_tls_security_level", level},
	}
}

// newaliases lets the MTA read /etc/aliases. Here it always has: the file belongs to the world.
func newaliases(p *Process) int {
	if s := p.system(); !p.Env().Machine().HasMTA() || s == persona.QueueExchange || s == persona.QueueQmail {
		return p.none()
	}
	if p.User() != "root" {
		p.Error("permission denied")
		p.Why("shell.why.superuser", p.Name)
		return 75
	}
	if s := p.system(); s != persona.QueueSendmail8 && s != persona.QueueSendmail {
		return 0
	}
	longest, total := 0, 0
	aliases := p.Env().Machine().Aliases()
	for _, a := range aliases {
		n := len(strings.Join(a.To, ", "))
		longest, total = max(longest, n), total+n+len(a.Name)
	}
	p.Print("/etc/aliases: ", strconv.Itoa(len(aliases)), " aliases, longest ", strconv.Itoa(longest), " bytes, ", strconv.Itoa(total), " bytes total\n")
	return 0
}

// verifyAddresses is sendmail -bv: what would become of mail for addresses.
func verifyAddresses(p *Process, addresses []string) int {
	status := 0
	for _, a := range addresses {
		if !strings.Contains(a, "@") {
			a += "@" + p.Host()
		}
		if p.system() == persona.QueueExim {
			status = max(status, verifyByExim(p, a))
			continue
		}
		local, account, ok := p.Env().Machine().Deliverable(p.Env(), a)
		name, domain, _ := strings.Cut(a, "@")
		switch {
		case !ok:
			p.Print(name, "... User unknown\n")
			p.Why("shell.why.no-user", name)
			status = 67
		case local && account != "" && strings.ContainsAny(account, ",@/"):
			p.Print(a, "... aliased to ", account, "\n")
		case local:
			p.Print(a, "... deliverable: mailer local, user ", account, "\n")
		default:
			p.Print(a, "... deliverable: mailer esmtp, host ", domain, "., user ", a, "\n")
		}
	}
	return status
}
