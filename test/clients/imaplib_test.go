package clients

import (
	"fmt"
	"strings"
	"testing"
)

// imap runs Python with M, an imaplib connection on which somebody has logged in.
func (l *Lab) imap(user, script string) string {
	l.Helper()
	text := fmt.Sprintf("import imaplib, time, socket\nM = imaplib.IMAP4('127.0.0.1', %s)\nM.login(%q, %q)\n%s\nM.logout()\n",
		l.Port("imap"), user, Password, script)
	return l.Must("", "python3", l.File("imap.py", text))
}

func TestImaplib(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	l.Deliver("Two", "Second.")
	out := l.imap("bob", `
def ok(r):
    assert r[0] == 'OK', r
    return r[1]
ok(M.noop())
ok(M.create('Work/2026'))
assert ok(M.list()) == [b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren) "/" Work/2026']
ok(M.subscribe('Work/2026'))
assert ok(M.lsub()) == [b'(\\HasNoChildren) "/" Work/2026']
assert ok(M.namespace()) == [b'(("" "/")) (("user/" "/")) NIL']
assert ok(M.status('INBOX', '(MESSAGES UNSEEN)')) == [b'INBOX (MESSAGES 2 UNSEEN 2)']
ok(M.append('Work/2026', r'(\Seen)', imaplib.Time2Internaldate(0), b'Subject: Three\r\n\r\nx\r\n'))
assert ok(M.select()) == [b'2']
assert ok(M.search(None, 'SUBJECT', 'One')) == [b'1']
assert b'First.' in ok(M.fetch('1', '(BODY[TEXT])'))[0][1]
assert ok(M.store('2', '+FLAGS', r'\Deleted')) == [b'2 (FLAGS (\\Deleted \\Recent))']
ok(M.copy('1', 'Work/2026'))
assert ok(M.expunge()) == [b'2']
ok(M.getquotaroot('INBOX'))
ok(M.setacl('INBOX', 'alice', 'lr'))
assert b'alice lr' in ok(M.getacl('INBOX'))[0]
assert ok(M.myrights('INBOX'))[0].startswith(b'INBOX lrswipkxtea')
ok(M.unselect())
ok(M.enable('UTF8=ACCEPT'))
ok(M.create('"Entw\u00fcrfe"'))
ok(M.rename('Work', 'Job'))
assert ok(M.thread('REFERENCES', 'UTF-8', 'ALL')) if M.select('Job/2026') else 0
ok(M.close())
ok(M.delete('Job/2026'))
print('done')`)
	if out != "done\n" {
		t.Error(out)
	}
	out = l.imap("alice", `
print(M.select('user/bob/INBOX', True)[0], M.search(None, 'ALL')[1], M.store('1', '+FLAGS', r'\Flagged')[0])`)
	if out != "OK [b'1'] NO\n" {
		t.Error(out)
	}

	// A delivery shows in an idling client at once, and a line that is cut in the middle of a literal harms nobody.
	out = l.imap("bob", fmt.Sprintf(`
import smtplib
M.select()
M.send(b'x IDLE\r\n')
assert M.readline().startswith(b'+ ')
S = smtplib.SMTP('127.0.0.1', %s)
S.sendmail('eve@example.org', ['bob@example.test'], 'Subject: Now\r\n\r\nNow.\r\n')
M.sock.settimeout(5)
print(M.readline().decode().strip())
M.readline()
M.send(b'DONE\r\n')
while not M.readline().startswith(b'x OK'): pass
C = imaplib.IMAP4('127.0.0.1', %s)
C.login('bob', '%s')
C.send(b'y APPEND INBOX {1000}\r\n')
assert C.readline().startswith(b'+ ')
C.send(b'Subject: Half\r\n')
C.sock.close()
print(M.status('INBOX', '(MESSAGES)')[1][0].decode())`, l.Port("smtp"), l.Port("imap"), Password))
	if out != "* 2 EXISTS\nINBOX (MESSAGES 2)\n" {
		t.Error(strings.TrimSpace(out))
	}
}

// What imaplib can do inside STARTTLS: a large attachment goes and comes whole, in one piece, in parts and decoded; flags
// are set by one session and heard by another; messages move.
func TestImaplibSTARTTLS(t *testing.T) {
	l := Start(t)
	l.File("film", attachment("Film", 6_000_000))
	out := l.Must("", "python3", l.File("tls.py", fmt.Sprintf(`
import base64, email, imaplib, ssl
def connect():
    M = imaplib.IMAP4('localhost', %s)
    assert 'STARTTLS' in M.capabilities, M.capabilities
    M.starttls(ssl.create_default_context(cafile=%q))
    assert 'STARTTLS' not in M.capabilities, M.capabilities
    M.login('bob', %q)
    return M
def ok(r):
    assert r[0] == 'OK', r
    return r[1]
film = open(%q, 'rb').read()
M, N = connect(), connect()
ok(M.append('INBOX', r'(\Flagged)', None, film))
ok(M.append('INBOX', None, None, b'Subject: Small\r\n\r\nx\r\n'))
ok(M.select()); ok(N.select())
assert ok(M.uid('FETCH', '1', '(BODY.PEEK[])'))[0][1] == film
parts = b''
while True:
    part = ok(M.uid('FETCH', '1', '(BODY.PEEK[]<%%d.700001>)' %% len(parts)))[0][1]
    parts += part
    if len(part) < 700001: break
assert parts == film, len(parts)
octets = email.message_from_bytes(film).get_payload(1).get_payload(decode=True)
assert base64.b64decode(ok(M.uid('FETCH', '1', '(BODY.PEEK[2])'))[0][1]) == octets
raw = ok(M.uid('FETCH', '1', '(BINARY.PEEK[2] BINARY.SIZE[2])'))[0]
assert raw[1] == octets and len(octets) == 6000000
ok(M.uid('STORE', '2', '+FLAGS', r'(\Answered work)'))
ok(N.noop())
heard = N.response('FETCH')[1]
assert heard == [b'2 (FLAGS (\\Answered work))'], heard
ok(M.create('Films'))
ok(M.uid('MOVE', '1', 'Films'))
ok(N.noop())
assert N.response('EXPUNGE')[1] == [b'1']
assert ok(M.uid('SEARCH', 'ALL')) == [b'2']
ok(M.select('Films'))
assert ok(M.uid('FETCH', '1', '(BODY.PEEK[])'))[0][1] == film
assert imaplib.ParseFlags(ok(M.uid('FETCH', '1', '(FLAGS)'))[0])[0] == b'\\Flagged'
try:
    imaplib.IMAP4('localhost', %[1]s).starttls(ssl.create_default_context())
    raise AssertionError('a certificate that nobody trusts')
except ssl.SSLCertVerificationError:
    pass
print('done')
`, l.Port("imap"), l.CA, Password, l.Dir+"/film")))
	if out != "done\n" {
		t.Error(out)
	}
}
