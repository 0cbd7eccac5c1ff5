package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/tlssim"
)

// round polls all servers once.
func (f *fetchmail) round(p *Process) {
	f.poll++
	f.waiting, f.worst = false, fetchNoMail
	f.left = nil
	for _, s := range f.config.servers {
		if !s.skip && (s.interval < 2 || f.poll%s.interval == 1) {
			f.left = append(f.left, s)
		}
	}
	f.next(p)
}

// next polls the next server, or ends the round.
func (f *fetchmail) next(p *Process) {
	if len(f.left) == 0 {
		f.store(p)
		if f.config.daemon > 0 {
			f.waiting = true
			f.say(p, "fetchmail: sleeping at "+f.moment(p)+" for "+strconv.Itoa(f.config.daemon)+" seconds\n")
			p.SetTimer(seconds(f.config.daemon), false)
			return
		}
		f.say(p, "fetchmail: normal termination, status "+strconv.Itoa(f.worst)+"\n")
		p.Exit(f.worst)
		return
	}
	f.s = f.left[0]
	f.left = f.left[1:]
	f.probes = nil
	if f.s.proto == "AUTO" {
		f.announce(p)
		f.probes = []string{"IMAP", "POP3"}
		f.s.proto, f.probes = f.probes[0], f.probes[1:]
	}
	if f.s.password == "" && f.s.proto != "ETRN" && !f.asking {
		f.asking = true
		p.Print("Enter password for ", f.s.user, "@", f.s.name, ": ")
		p.Hide(true)
		p.Read(true)
		return
	}
	f.asking = false
	f.begin(p)
}

// announce says that a server is polled.
func (f *fetchmail) announce(p *Process) {
	what := "fetchmail: " + f.release() + " querying " + f.s.name + " (protocol " + strings.Replace(f.s.proto, "AUTO", "auto", 1) + ") at " + f.moment(p)
	if !f.old {
		what += ": poll started"
	}
	f.say(p, what+"\n")
}

// typed takes the password.
func (f *fetchmail) typed(p *Process, line []byte) {
	if !f.asking {
		return
	}
	p.Hide(false)
	p.Read(false)
	f.asking = false
	f.s.password = strings.TrimSpace(string(line))
	for i := range f.config.servers {
		if s := &f.config.servers[i]; s.name == f.s.name && s.user == f.s.user {
			s.password = f.s.password
		}
	}
	f.begin(p)
}

// begin looks for the server.
func (f *fetchmail) begin(p *Process) {
	switch f.s.proto {
	case "POP3", "APOP", "IMAP", "ETRN":
	default:
		p.Error(f.s.proto, " support is not configured.")
		p.Why("shell.why.protocol", f.s.proto)
		f.worst = fetchSyntax
		f.next(p)
		return
	}
	f.announce(p)
	f.message, f.box, f.number, f.over, f.secure, f.count, f.octets, f.folders, f.gone, f.fetched, f.status = nil, nil, 0, false, false, 0, 0, 0, 0, 0, fetchOK
	f.etrn, f.etrnOffered = etrnGreeting, false
	f.pop, f.imap, f.tap = nil, nil, fetchTap{name: f.s.proto}
	switch f.s.proto {
	case "APOP":
		f.tap.name = "POP3"
	case "ETRN":
		f.tap.name = "SMTP" // until it knows what the server is
	}
	p.Resolve(f.s.host())
}

// moment is the time of day as fetchmail writes it.
func (f *fetchmail) moment(p *Process) string {
	if f.old {
		return p.Date().Format("Mon, 02 Jan 2006 15:04:05 -0700 (GMT)")
	}
	return p.Date().Format("Mon Jan _2 15:04:05 2006")
}

// service is the name of the port.
func (f *fetchmail) service() string {
	if f.s.port > 0 {
		return strconv.Itoa(f.s.port)
	}
	name := map[string]string{"IMAP": "imap", "ETRN": "smtp"}[f.s.proto]
	if name == "" {
		name = "pop3"
	}
	if f.s.ssl {
		name += "s"
	}
	return name
}

func (f *fetchmail) port() int {
	port, _ := portOf(f.service())
	return port
}

func (f *fetchmail) resolved(p *Process, e Event) {
	if f.out.resolving {
		f.out.resolving = false
		if !f.old {
			f.say(p, "Trying to connect to "+e.Address+"/25...")
		}
		f.out.conn = p.Connect(e.Host, 25, false)
		return
	}
	f.address = e.Address
	if !f.old {
		f.say(p, "Trying to connect to "+e.Address+"/"+strconv.Itoa(f.port())+"...")
	}
	f.conn = p.Connect(e.Host, f.port(), false)
	p.SetTimer(seconds(f.patience()), false)
}

// patience is how many seconds fetchmail waits for a server.
func (f *fetchmail) patience() int {
	if f.s.timeout > 0 {
		return f.s.timeout
	}
	return 300
}

func (f *fetchmail) connected(p *Process) {
	if !f.old {
		f.say(p, "connected.\n")
	}
	now := p.Env().Now()
	switch f.s.proto {
	case "IMAP":
		f.imap = imap.NewClient(imap.ClientConfig{LongTags: true}, now)
	case "ETRN":
	default:
		f.pop = pop3.NewClient(pop3.ClientConfig{TLS: f.s.ssl}, now)
	}
	f.top = false
	if f.s.ssl {
		p.Env().StartTLS(f.conn)
	}
}

// secured takes how the handshake went.
func (f *fetchmail) secured(p *Process, t *TLS) {
	if t.Failed == "" && (t.Fault == "" || f.s.anyCertificate) {
		f.describeCertificate(p, t)
		if !f.s.ssl {
			f.say(p, "fetchmail: "+f.s.name+": upgrade to TLS succeeded.\n")
		}
		f.secure = true
		info := machine.TLSInfo{Version: t.Version, Cipher: t.Cipher, ServerName: t.Name}
		switch {
		case f.s.ssl: // from the first octet: the greeting comes
		case f.pop != nil:
			f.pop.Upgraded(p.Env().Now(), info)
			f.pop.Do(p.Env().Now(), pop3.Capa{})
		case f.imap != nil:
			f.imap.Upgraded(p.Env().Now(), info)
			f.imap.Do(p.Env().Now(), imap.Capability{})
		}
		f.pump(p)
		return
	}
	if t.Fault != "" {
		_, reason := verified(t.Fault)
		if t.Fault == tlssim.WrongName {
			reason = "hostname mismatch"
		}
		f.describeCertificate(p, t)
		p.Error("Server certificate verification error: ", reason)
		p.Error("OpenSSL reported: error:0A000086:SSL routines::certificate verify failed")
	}
	if !f.s.ssl {
		p.Error(f.s.name, ": upgrade to TLS failed.")
	}
	p.Error("Socket or TLS error on ", f.s.user, "@", f.s.name)
	p.Error("socket error while fetching from ", f.s.user, "@", f.s.name)
	p.Why("shell.why.certificate", f.s.host())
	f.failed(p, fetchSocket)
}

// received takes what the server says, a line at a time, so that -v shows each before what is done about it.
func (f *fetchmail) received(p *Process, data []byte) {
	p.SetTimer(seconds(f.patience()), false)
	f.tap.buffer = append(f.tap.buffer, data...)
	for !p.exited && f.conn != 0 {
		line, shown, ok := f.tap.next()
		if !ok {
			return
		}
		if shown {
			f.heard(p, line)
		}
		now := p.Env().Now()
		switch {
		case f.pop != nil:
			f.pop.Receive(now, line)
		case f.imap != nil:
			f.imap.Receive(now, line)
		default:
			f.etrnLine(p, strings.TrimRight(string(line), "\r\n"))
		}
		f.pump(p)
	}
}

// pump does what the client's events ask for, and sends what it has to say.
func (f *fetchmail) pump(p *Process) {
	for !p.exited && f.conn != 0 {
		switch {
		case f.pop != nil:
			f.said(p, f.pop.Output())
			if e, ok := f.pop.Next(); ok {
				f.broken(p, e.Kind == pop3.EventClosed && e.Err != nil)
				f.popEvent(p, e)
				continue
			}
			f.startTLS(p, f.pop.Upgrading())
		case f.imap != nil:
			f.said(p, f.imap.Output())
			if e, ok := f.imap.Next(); ok {
				f.broken(p, e.Kind == imap.EventEnded && e.Err != nil)
				f.imapEvent(p, e)
				continue
			}
			f.startTLS(p, f.imap.Upgrading())
		}
		return
	}
}

func (f *fetchmail) startTLS(p *Process, wanted bool) {
	if wanted && !f.secure && f.tap.literal == 0 {
		f.tap.buffer = nil // what came with the reply came before TLS, from whomever
		p.Env().StartTLS(f.conn)
	}
}

// broken ends the poll of a server that does not speak the protocol.
func (f *fetchmail) broken(p *Process, is bool) {
	if is && f.conn != 0 && !f.over {
		p.Error("protocol error while fetching from ", f.s.user, "@", f.s.name)
		p.Why("shell.why.not-protocol", f.s.proto)
		f.failed(p, fetchProtocol)
	}
}

// timer is the end of a pause between polls, or of patience with a server.
func (f *fetchmail) timer(p *Process) {
	if f.waiting {
		f.round(p)
		return
	}
	p.Error("timeout after ", strconv.Itoa(f.patience()), " seconds waiting for server ", f.s.name, ".")
	p.Why("shell.why.unreachable", f.s.name)
	f.failed(p, fetchSocket)
}

// authFailed is the end of a login that was refused: the server is left as it should be.
func (f *fetchmail) authFailed(p *Process, text string) {
	if text != "" && f.pop != nil && (f.old || f.verbose) {
		p.Error(text)
	}
	if strings.Contains(strings.ToLower(text), "lock") {
		p.Why("shell.why.lock", f.s.user)
	} else {
		p.Error("Authorization failure on ", f.s.user, "@", f.s.name)
		if !f.old {
			p.Error("For help, see http://www.fetchmail.info/fetchmail-FAQ.html#R15")
		}
		p.Why("shell.why.login", f.s.user)
	}
	f.status, f.folders = fetchAuth, len(f.s.folders)
	f.quit(p)
}

// upgrades says whether to begin TLS on a connection whose server offers it.
func (f *fetchmail) upgrades(p *Process, offered bool, command string) bool {
	if !offered || f.secure || f.old {
		return false
	}
	if f.s.sslProto == "" {
		f.say(p, "fetchmail: "+f.s.name+": WARNING: server offered "+command+", but sslproto '' given.\n")
		return false
	}
	return true
}

// describeCertificate is what -v says of the server's certificate and of TLS.
func (f *fetchmail) describeCertificate(p *Process, t *TLS) {
	c := t.Certificate
	f.say(p, "fetchmail: Server certificate:\nfetchmail: Issuer CommonName: "+c.Issuer+"\n")
	for i, name := range c.Names {
		if i == 0 {
			f.say(p, "fetchmail: Subject CommonName: "+name+"\n")
		}
		f.say(p, "fetchmail: Subject Alternative Name: "+name+"\n")
	}
	if t.Fault == tlssim.WrongName && len(c.Names) > 0 {
		f.say(p, "fetchmail: Server CommonName mismatch: "+c.Names[0]+" != "+f.s.host()+"\n")
	}
	if t.Fault == "" || f.s.anyCertificate {
		f.say(p, "fetchmail: SSL/TLS: using protocol "+strings.ReplaceAll(t.Version, "TLS ", "TLSv")+", cipher "+t.Cipher+", 128/128 secret/processed bits\n")
	}
	if f.s.anyCertificate && t.Fault != "" {
		f.say(p, "fetchmail: Warning: the connection is insecure, continuing anyways. (Better use --sslcertck!)\n")
	}
}

// failed ends the poll of a server; of one whose protocol is not known the next is tried.
func (f *fetchmail) failed(p *Process, status int) {
	if f.conn != 0 {
		conn := f.conn
		f.conn = 0
		p.Env().Break(conn)
	}
	p.StopTimer()
	if f.out.conn != 0 {
		f.out.end(p, f)
	}
	if f.old || !f.checkOnly {
		p.Error("Query status=", strconv.Itoa(status), " (", fetchStatus[status], ")")
	}
	if len(f.probes) > 0 && (status == fetchSocket || status == fetchProtocol) {
		f.s.proto, f.probes = f.probes[0], f.probes[1:]
		p.Why("", "") // the next one may do
		f.begin(p)
		return
	}
	f.worst = status
	f.next(p)
}

// completed ends a poll in good order, once the MTA has said goodbye.
func (f *fetchmail) completed(p *Process) {
	if f.out.conn != 0 {
		f.out.end(p, f)
		return
	}
	if !f.old {
		f.say(p, "fetchmail: "+f.release()+" querying "+f.s.name+" (protocol "+f.s.proto+") at "+f.moment(p)+": poll completed\n")
	}
	if f.status != fetchOK {
		f.failed(p, f.status)
		return
	}
	f.next(p)
}

// hangup is the end of a connection: as it should be after QUIT, too early before.
func (f *fetchmail) hangup(p *Process, conn uint32) {
	if conn != f.conn || conn == 0 {
		return
	}
	f.conn = 0
	p.StopTimer()
	if f.over || f.status != fetchOK {
		f.over = true
		f.completed(p)
		return
	}
	p.Error("socket error while fetching from ", f.s.user, "@", f.s.name)
	p.Why("shell.why.hangup", f.s.name)
	f.failed(p, fetchSocket)
}
