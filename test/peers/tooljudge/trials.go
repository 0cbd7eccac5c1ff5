package main

import (
	"regexp"
	"strings"
)

// poll is how both fetchmails are told to fetch. In that of the real one stand ports of the lab.
const (
	ourPoll  = "poll mail.example.test proto PROTO user bob there with password PASS is root here"
	realPoll = "poll localhost proto PROTO port {PORT} user bob there with password PASS is root here sslcertfile {ca}"
)

// fetching is a trial of fetchmail.
func fetching(proto, pass, more, options string, ssl bool) trial {
	fill := strings.NewReplacer("PROTO", proto, "PASS", pass, "{PORT}", "{"+proto+map[bool]string{true: "s"}[ssl]+"}")
	return trial{tool: "fetchmail", before: []string{"echo '" + fill.Replace(ourPoll) + " " + more + "' > .fetchmailrc", "chmod 600 .fetchmailrc"}, ours: "fetchmail " + options,
		real: func(r *real) (string, error) {
			return r.fetchmail(fill.Replace(realPoll)+" "+more+"\n", strings.Fields(options)...)
		}}
}

// digging is a trial of dig.
func digging(args string) trial {
	return trial{tool: "dig", ours: "dig @ns.example.test " + args, real: func(r *real) (string, error) {
		return r.run("", "dig", append([]string{"@127.0.0.1", "-p", r.dns}, strings.Fields(args)...)...)
	}}
}

// queueing is a trial of what lists the queue.
func queueing(tool, args string) trial {
	return trial{tool: tool, before: []string{"echo hello | mail -s waits bob@example.org"}, ours: strings.TrimSpace(tool + " " + args), real: func(r *real) (string, error) {
		return r.run("", tool, strings.Fields(args)...)
	}}
}

// securing is a trial of openssl s_client.
func securing(service, port, more, say string) trial {
	ours := strings.Replace(more, "SERVER", "mail.example.test", 1)
	more = strings.Replace(more, "SERVER", "localhost", 1)
	return trial{tool: "openssl", ours: "echo " + say + " | openssl s_client " + ours + " -connect mail.example.test:" + port, real: func(r *real) (string, error) {
		return r.run(say+"\n", "openssl", append(append([]string{"s_client"}, strings.Fields(more)...), "-CAfile", r.ca, "-connect", "localhost:"+r.at[service])...)
	}}
}

var trials = []trial{
	fetching("pop3", "plover", "", "-c", false),
	fetching("pop3", "plover", "", "-c -v", false),
	fetching("pop3", "plover", "ssl", "-c -v", true),
	fetching("pop3", "wrong", "", "-c", false),
	fetching("pop3", "wrong", "", "-c -v", false),
	fetching("imap", "plover", "", "-c", false),
	fetching("imap", "plover", "", "-c -v", false),
	fetching("imap", "wrong", "", "-c", false),
	fetching("pop3", "plover", "keep", "-V", false),
	digging("example.test mx"),
	digging("mail.example.test"),
	digging("nowhere.example.test"),
	digging("+short example.test mx"),
	digging("+noall +answer example.test txt"),
	digging("www.example.test"),
	digging("example.test soa"),
	digging("example.test aaaa"),
	queueing("mailq", ""),
	queueing("postqueue", "-p"),
	queueing("postqueue", "-x"),
	securing("pop3s", "995", "-crlf -ign_eof -servername SERVER", "QUIT"),
	securing("imaps", "993", "-crlf -quiet -ign_eof -servername SERVER", "x LOGOUT"),
	securing("pop3", "110", "-crlf -ign_eof -starttls pop3 -servername SERVER", "QUIT"),
	securing("imap", "143", "-crlf -quiet -ign_eof -starttls imap -servername SERVER", "x LOGOUT"),
}

// masks are the parts that differ from run to run, and what stands in their place.
var masks = []struct{ tool, part, by string }{
	{"", `localhost|mail\.example\.test|client\.example\.test|127\.0\.0\.1|192\.0\.2\.\d+`, "HOST"},
	{"", `(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +[A-Z0-9][A-Za-z0-9]* +[A-Z0-9][A-Za-z0-9]*( \d{4})?( \d\d:\d\d:\d\d)?( [-+]\d{4}| \(?UTC\)?| GMT)*( \d{4})?`, "DATE"},
	{"fetchmail", `<[0-9.]+@[^>]*>`, "<TIMESTAMP>"},
	{"fetchmail", `release \d[0-9.]*|fetchmail: \d[0-9.]+\.\d+`, "VERSION"},
	{"fetchmail", `/[^ ]*fetch(mailrc|ids)|/[^ ]*/ids`, "FILE"},
	{"fetchmail", `(> A?)[A-Za-z0-9+/]{8,}=*$`, "${1}BASE64"},
	{"fetchmail", `HOST/\d+`, "HOST/PORT"},
	{"fetchmail", ` \(using service \d+\)`, ""},
	{"fetchmail", `(< \+) [A-Za-z0-9+/]{20,}=*`, "$1 CHALLENGE"},
	{"fetchmail", `(Example Root|ehlo lab) (CA|authority)`, "CA"},
	{"fetchmail", `[0-9a-f]{8}(0000000\d)$`, "UID$1"},
	{"fetchmail", `17\d{8}`, "VALIDITY"},
	{"fetchmail", `IMAP([<>]) A\d{4}`, "IMAP$1 TAG"},
	{"dig", `id: \d+`, "id: N"},
	{"dig", `SERVER: .*`, "SERVER: X"},
	{"dig", `Query time: \d+ msec`, "Query time: N msec"},
	{"dig", `HOST#\d+|DiG 9[-+~.:0-9A-Za-z]*`, "X"},
	{"dig", `<<>> @(HOST|ns.example.test)( -p \d+)? `, "<<>> "},
	{"mailq", `[0-9A-F]{9,12}[*!]? +\d+ `, "ID SIZE "},
	{"postqueue", `[0-9A-F]{9,12}[*!]? +\d+ `, "ID SIZE "},
	{"openssl", `O = ehlo lab, `, ""},
	{"openssl", `Example Root CA|ehlo lab authority`, "CA"},
	{"openssl", `Not(Before|After): [^;\n]*`, "Not$1: DATE"},
	{"openssl", `[0-9A-F]{16,}|[0-9a-f]{4} - .*`, "HEX"},
}

func mask(tool, text string) string {
	text = strings.ReplaceAll(text, "\r", "")
	for _, m := range masks {
		if m.tool == "" || m.tool == tool {
			text = regexp.MustCompile(`(?m)`+m.part).ReplaceAllString(text, m.by)
		}
	}
	return text
}

// reasonsInOrder are the lines that may differ: '-' are those of ours only, '+' those of the real program only.
var reasonsInOrder = []struct{ tool, side, line, why string }{
	{"fetchmail", "+", `::1/\d+(\.\.\.connection failed|\] failed: Connection refused)`, "where localhost is ::1 first, the real one asks there first, and the lab does not listen there"},
	{"fetchmail", "-+", `SMTP-forwarded to`, "whether a host is the default is not told"},
	{"fetchmail", "+", `Loaded OpenSSL library`, "Debian's fetchmail and its OpenSSL are of different days"},
	{"fetchmail", "+", `Issuer Organization|key fingerprint`, "certificates of a world have an issuer and names, and no encoding to make a fingerprint of"},
	{"fetchmail", "+", `Subject Alternative Name`, "the lab's certificate is good for more names"},
	{"fetchmail", "+", `will idle after poll`, "the simulated fetchmail has no idle, so it does not promise it"},
	{"fetchmail", "-+", `IMAP< (TAG OK \[|\* |\* OK \[)CAPABILITY `, "the lab compresses and takes passwords without TLS, which the world's server does not"},
	{"fetchmail", "-+", `EXAMINE "?INBOX"?$`, "an atom and a quoted string are the same name (RFC 9051 §4.3)"},
	{"fetchmail", "-+", `This is fetchmail`, "what the simulated one can, it says; Kerberos and NTLM are not among that"},
	{"fetchmail", "+", `Compiled with|Run-time uses|OPENSSLDIR|ENGINESDIR|^$|Copyright|Robert M. Funk|ABSOLUTELY NO|are welcome|please see|OpenSSL|Fallback MDA|^Linux`, "the legal notice and the libraries of a program that is another one here"},
	{"fetchmail", "+", `Messages will be|Rewrite of|Carriage-return|MIME|Idle|Nonempty|Delivered-To|Expunges|Spam-blocking|No (connection|pre-connection|post-connection|UIDs|monitor|plugin)|Message size|Received|Fetch message|size warnings|Server (aliases|nameserver|is taken|connections|postdate|will be)|Trace|SSL|Recognized|authentication|Default mailbox|Bad|TLS|timeout|Interpretation|8-bit|batch|[Ll]imit|binary search|Address|Poll|Pass-through|Listener`, "what cannot be set in the simulated fetchmail is not listed by it"},
	{"mailq", "+", `Mail system is down`, "the Postfix beside it does not run: its queue stands still"},
	{"postqueue", "+", `Mail system is down`, "the Postfix beside it does not run: its queue stands still"},
	{"mailq", "-+", `Kbytes in`, "the simulated message has the header fields that Postfix adds as it delivers"},
	{"postqueue", "-+", `Kbytes in`, "the simulated message has the header fields that Postfix adds as it delivers"},
	{"postqueue", "-+", `usage: postqueue`, "a usage lists the options that there are"},
	{"openssl", "-+", `^CONNECTED`, "the real one writes it into a buffer, behind what goes to the other output"},
	{"openssl", "+", `^[A-Za-z0-9+/=]+$|-----(BEGIN|END)| 1 s:|   i:CN = CA|   v:NotBefore|a:PKEY`, "certificates of a world have no encoding, and one authority that nobody sends along"},
	{"openssl", "+", `client certificate CA|Peer sign|Temp Key|has read|public key|Renegotiation|Compression|Expansion|ALPN|Early data|^---$`, "TLS of a world has one suite, and nothing to choose beneath it"},
	{"openssl", "+", `Session|Ticket|SSL|Protocol|Cipher|PSK|SRP|ticket|HEX|^$|Start Time|Timeout|Verify return code|master secret|Early Data|read R BLOCK`, "sessions of a world are never resumed: there are no tickets"},
	{"openssl", "-+", `^\* OK \[CAPABILITY`, "the lab compresses, which the world's server does not"},
	{"openssl", "+", `^\. OK CAPABILITY`, "the real one writes the last line of before TLS once more"},
	{"openssl", "-+", `\+OK HOST POP3 se|\+OK HOST closes`, "the real one writes once more, without a line end, what of the greeting is left in its buffer"},
	{"openssl", "-+", `^(closed|DONE)$`, "who closes first, the server or the program, is a matter of microseconds"},
}
