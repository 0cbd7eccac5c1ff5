package shell

import (
	"bytes"
	"strings"
	"time"

	"ehlo/sim/tlssim"
)

// openssl is openssl s_client: a connection inside TLS, from the first octet or after STARTTLS.
type openssl struct {
	host, service string
	port          int
	conn          uint32
	starttls      string // "smtp", "pop3", "imap", "" for TLS from the first octet
	crlf, quiet   bool
	stays         bool   // the end of what is typed does not end it
	stage         int    // of the words before TLS
	line          []byte // what the server says before TLS
	secure        bool
	fresh         bool // the next octet typed begins a line
}

// Handle does what openssl does.
func (o *openssl) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		o.start(p)
	case Resolved:
		o.conn = p.Connect(e.Host, o.port, true)
	case Unresolved:
		p.Complain("BIO_lookup_ex: Name or service not known\nconnect:errno=2\n")
		p.Why("shell.why.name", o.host)
		p.Exit(1)
	case Refused, Unreachable:
		what := map[EventKind]string{Refused: "111", Unreachable: "113"}[e.Kind]
		p.Complain(map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host"}[e.Kind] + "\nconnect:errno=" + what + "\n")
		p.Why(map[EventKind]string{Refused: "shell.why.refused", Unreachable: "shell.why.unreachable"}[e.Kind], o.host)
		p.Exit(1)
	case Connected:
		if !o.quiet {
			p.Print("CONNECTED(00000003)\n")
		}
		if o.starttls == "" {
			p.Env().StartTLS(o.conn)
		}
	case Received:
		if o.secure {
			p.Write(bytes.ReplaceAll(e.Data, []byte("\r"), nil))
			return
		}
		o.before(p, e.Data)
	case Secured:
		o.secured(p, e.TLS)
	case Input:
		o.input(p, e.Data)
	case EOF, Interrupt:
		if e.Kind == EOF && o.stays {
			return
		}
		p.Complain("DONE\n")
		p.Exit(0)
	case Hangup, Over:
		if e.Conn == o.conn {
			p.Complain("closed\n")
			p.Exit(0)
		}
	}
}

func (o *openssl) start(p *Process) {
	if len(p.Args) == 0 || p.Args[0] != "s_client" {
		p.Complain("Invalid command '" + strings.Join(p.Args[:min(1, len(p.Args))], "") + "'; type \"help\" for a list.\n")
		p.Why("shell.why.option", "openssl")
		p.Exit(1)
		return
	}
	args := p.Args[1:]
	connect := ""
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		value := func() string {
			if len(args) == 0 {
				return ""
			}
			v := args[0]
			args = args[1:]
			return v
		}
		switch strings.TrimPrefix(arg, "-") {
		case "connect":
			connect = value()
		case "starttls":
			if o.starttls = value(); o.starttls != "smtp" && o.starttls != "pop3" && o.starttls != "imap" {
				p.Complain("s_client: Value must be one of:\n\tsmtp\n\tpop3\n\timap\n")
				p.Why("shell.why.option", "openssl")
				p.Exit(1)
				return
			}
		case "crlf":
			o.crlf = true
		case "quiet":
			o.quiet, o.stays = true, true
		case "ign_eof":
			o.stays = true
		case "no_ign_eof":
			o.stays = false
		case "servername":
			value() // the name it connects to is what it asks for
		default:
			if arg[:min(1, len(arg))] != "-" {
				connect = arg
				continue
			}
			p.Complain("s_client: Unknown option: " + arg + "\ns_client: Use -help for summary.\n")
			p.Why("shell.why.option", "openssl")
			p.Exit(1)
			return
		}
	}
	at := strings.LastIndexByte(connect, ':')
	if at < 1 {
		p.Complain("s_client: -connect argument must be host:port\n")
		p.Exit(1)
		return
	}
	o.host, o.service, o.fresh = connect[:at], connect[at+1:], true
	var ok bool
	if o.port, ok = portOf(o.service); !ok {
		p.Complain("s_client: Servname not supported for ai_socktype\n")
		p.Why("shell.why.port", o.service)
		p.Exit(1)
		return
	}
	p.Resolve(o.host)
}

// words are what is said before TLS, each after a reply.
func (o *openssl) words(p *Process) []string {
	switch o.starttls {
	case "smtp":
		return []string{"EHLO mail.example.com\r\n", "STARTTLS\r\n"}
	case "pop3":
		return []string{"STLS\r\n"}
	}
	return []string{". CAPABILITY\r\n", ". STARTTLS\r\n"}
}

// before takes what the server says in clear: after each whole reply comes the next word.
func (o *openssl) before(p *Process, data []byte) {
	o.line = append(o.line, data...)
	for {
		line, rest, ok := bytes.Cut(o.line, []byte("\r\n"))
		if !ok {
			return
		}
		o.line = rest
		text := string(line)
		switch {
		case o.starttls == "smtp" && len(text) > 3 && text[3] == '-':
			continue
		case o.starttls == "imap" && o.stage > 0 && !strings.HasPrefix(text, ". "):
			continue
		}
		words := o.words(p)
		if o.stage == len(words) { // the answer to the last one
			good := strings.HasPrefix(text, "220") || strings.HasPrefix(text, "+OK") || strings.HasPrefix(text, ". OK")
			if !good {
				p.Complain("Didn't find STARTTLS in server response, trying anyway...\n")
				p.Why("shell.why.starttls", o.host)
			}
			p.Env().StartTLS(o.conn)
			return
		}
		p.Env().Write(o.conn, []byte(words[o.stage]))
		o.stage++
	}
}

// secured shows what came of the handshake.
func (o *openssl) secured(p *Process, t *TLS) {
	if t.Failed != "" && t.Failed != "certificate" { // what came was no TLS
		p.Complain("error:0A00010B:SSL routines:ssl3_get_record:wrong version number\n")
		p.Exit(1)
		return
	}
	c := t.Certificate
	subject := ""
	if len(c.Names) > 0 {
		subject = c.Names[0]
	}
	code, reason := verified(t.Fault)
	verify := "depth=1 CN = " + c.Issuer + "\nverify return:1\n"
	if code == "20" {
		verify = ""
	}
	verify += "depth=0 CN = " + subject + "\n"
	if code != "0" {
		verify += "verify error:num=" + code + ":" + reason + "\n"
	}
	p.Complain(verify + "verify return:1\n")
	if !o.quiet {
		day := func(unix int64) string { return time.Unix(unix, 0).UTC().Format("Jan _2 15:04:05 2006 GMT") }
		result := "Verification: OK"
		if code != "0" {
			result = "Verification error: " + reason
		}
		p.Print("---\nCertificate chain\n 0 s:CN = ", subject, "\n   i:CN = ", c.Issuer, "\n   v:NotBefore: ", day(c.From), "; NotAfter: ", day(c.To),
			"\n---\nServer certificate\nsubject=CN = ", subject, "\nissuer=CN = ", c.Issuer, "\n---\n", result, "\n---\nNew, ",
			strings.ReplaceAll(t.Version, "TLS ", "TLSv"), ", Cipher is ", t.Cipher, "\nVerify return code: ", code, " (", reason, ")\n---\n")
	}
	if code != "0" {
		p.Why("shell.why.certificate", subject)
	}
	o.secure = true
	p.Read(true)
}

// verified is how OpenSSL names what it found of a certificate.
func verified(fault tlssim.Fault) (code, reason string) {
	switch fault {
	case tlssim.Expired:
		return "10", "certificate has expired"
	case tlssim.NotYetValid:
		return "9", "certificate is not yet valid"
	case tlssim.WrongIssuer:
		return "20", "unable to get local issuer certificate"
	}
	return "0", "ok"
}

// input sends a line. Unless it is quiet, Q at the beginning of one ends the session, and R asks for new keys.
func (o *openssl) input(p *Process, line []byte) {
	if !o.quiet && line[0] == 'Q' {
		p.Complain("DONE\n")
		p.Exit(0)
		return
	}
	if !o.quiet && line[0] == 'R' {
		p.Complain("RENEGOTIATING\n")
		p.Complain("error:0A00010A:SSL routines:SSL_renegotiate:wrong ssl version\n") // TLS 1.3 has none
		p.Why("shell.why.renegotiate", "R")
		return
	}
	if o.crlf {
		line = bytes.ReplaceAll(line, []byte("\n"), []byte("\r\n"))
	}
	p.Env().Write(o.conn, line)
}

// Copy returns an independent copy.
func (o *openssl) Copy() Tool {
	c := *o
	c.line = bytes.Clone(o.line)
	return &c
}
