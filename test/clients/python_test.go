package clients

import "testing"

// sendScript sends a message in each way that smtplib knows.
const sendScript = `
import smtplib, ssl, sys
smtp, submission, smtps, ca, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
def text(subject):
    return "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: smtplib, %s\r\n\r\nHello.\r\n.dot\r\n" % subject
with smtplib.SMTP("localhost", int(smtp)) as c:
    c.ehlo("client.example.org")
    assert c.has_extn("SIZE") and c.has_extn("8BITMIME") and c.has_extn("STARTTLS"), c.esmtp_features
    refused = c.sendmail("alice@example.test", ["bob@example.test", "nobody@example.test"], text("plain"))
    assert list(refused) == ["nobody@example.test"] and refused["nobody@example.test"][0] == 550, refused
    code, _ = c.docmd("NONSENSE")
    assert code == 500, code
    assert c.noop()[0] == 250 and c.rset()[0] == 250
    c.starttls(context=context)
    c.sendmail("alice@example.test", "bob@example.test", text("STARTTLS"))
with smtplib.SMTP("localhost", int(submission)) as c:
    try:
        c.sendmail("alice@example.test", "bob@example.test", text("nobody"))
        raise AssertionError("submission without a login")
    except smtplib.SMTPSenderRefused as e:
        assert e.smtp_code == 530, e
    c.starttls(context=context)
    try:
        c.login("alice", "wrong")
        raise AssertionError("a wrong password")
    except smtplib.SMTPAuthenticationError as e:
        assert e.smtp_code == 535, e
    c.login("alice", password)
    c.sendmail("alice@example.test", "bob@example.test", text("submission"))
for mechanism in "PLAIN", "LOGIN", "CRAM-MD5":
    with smtplib.SMTP_SSL("localhost", int(smtps), context=context) as c:
        c.ehlo()
        c.user, c.password = "alice", password
        method = getattr(c, "auth_" + mechanism.lower().replace("-", "_"))
        code, _ = c.auth(mechanism, method)
        assert code == 235, code
        c.sendmail("alice@example.test", "bob@example.test", text(mechanism))
`

// fetchScript fetches, deletes and keeps in each way that poplib knows.
const fetchScript = `
import poplib, ssl, sys
pop3, pop3s, ca, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
def look(c, login):
    login(c)
    count, size = c.stat()
    assert count == 2, count
    listing = c.list()[1]
    assert len(listing) == 2 and sum(int(l.split()[1]) for l in listing) == size, listing
    reply, lines, octets = c.retr(1)
    assert b"Subject: One" in lines and b".A line with a dot." in lines, lines
    assert sum(len(l) + 2 for l in lines) == int(listing[0].split()[1]), lines
    head = c.top(2, 0)[1]
    assert b"Subject: Two" in head and head[-1] == b"", head
    uids = [l.split()[1] for l in c.uidl()[1]]
    assert len(set(uids)) == 2, uids
    return uids
def password_login(c):
    c.user("bob")
    c.pass_(password)
def apop_login(c):
    c.apop("bob", password)
c = poplib.POP3("localhost", int(pop3)); seen = look(c, password_login); c.quit()
c = poplib.POP3("localhost", int(pop3)); assert look(c, apop_login) == seen; c.quit()
c = poplib.POP3("localhost", int(pop3)); assert "STLS" in c.capa(), c.capa(); c.stls(context=context); assert look(c, password_login) == seen; c.quit()
c = poplib.POP3_SSL("localhost", int(pop3s), context=context); assert look(c, password_login) == seen
other = poplib.POP3("localhost", int(pop3))
other.user("bob")
try:
    other.pass_(password)
    raise AssertionError("two sessions have the maildrop")
except poplib.error_proto as e:
    assert b"IN-USE" in e.args[0], e
other.quit()
c.dele(1)
c.rset()
c.dele(2)
c.close()  # cut: nothing is deleted
c = poplib.POP3("localhost", int(pop3)); assert look(c, password_login) == seen; c.dele(1); c.quit()
c = poplib.POP3("localhost", int(pop3)); password_login(c); assert [l.split()[1] for l in c.uidl()[1]] == seen[1:]; c.quit()
try:
    c = poplib.POP3("localhost", int(pop3)); c.user("bob"); c.pass_("wrong")
    raise AssertionError("a wrong password")
except poplib.error_proto:
    pass
`

func TestSMTPLib(t *testing.T) {
	l := Start(t)
	l.Must("", "python3", "-c", sendScript, l.Port("smtp"), l.Port("submission"), l.Port("smtps"), l.CA, Password)
	for _, subject := range []string{"plain", "STARTTLS", "submission", "PLAIN", "LOGIN", "CRAM-MD5"} {
		if m := l.Arrived("smtplib, " + subject); m.Body != "Hello.\r\n.dot\r\n" {
			t.Errorf("%s: it is %+v", subject, m)
		}
	}
	if n := len(l.Messages()); n != 6 {
		t.Errorf("%d messages came", n)
	}
}

func TestPopLib(t *testing.T) {
	l := Start(t)
	l.deliverTwo()
	l.Must("", "python3", "-c", fetchScript, l.Port("pop3"), l.Port("pop3s"), l.CA, Password)
	if left := l.Messages(); len(left) != 1 || left[0].Subject != "Two" {
		t.Errorf("left: %+v", left)
	}
}
