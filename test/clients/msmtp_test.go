package clients

import (
	"fmt"
	"testing"
)

func TestMSMTP(t *testing.T) {
	l := Start(t)
	for subject, lines := range map[string]string{
		"plain":    "port " + l.Port("smtp"),
		"STARTTLS": fmt.Sprintf("port %s\ntls on\ntls_starttls on\ntls_trust_file %s", l.Port("smtp"), l.CA),
		"SMTPS":    fmt.Sprintf("port %s\ntls on\ntls_starttls off\ntls_trust_file %s\nauth plain\nuser alice\npassword \"%s\"", l.Port("smtps"), l.CA, Password),
		"SCRAM":    fmt.Sprintf("port %s\ntls on\ntls_starttls on\ntls_trust_file %s\nauth scram-sha-256\nuser alice\npassword \"%s\"", l.Port("submission"), l.CA, Password),
		"best":     fmt.Sprintf("port %s\ntls on\ntls_starttls on\ntls_trust_file %s\nauth on\nuser alice\npassword \"%s\"", l.Port("submission"), l.CA, Password),
	} {
		rc := l.File("msmtprc-"+subject, "account default\nhost localhost\nfrom alice@example.test\ndomain client.example.org\n"+lines+"\n")
		if out, err := l.Run(text("msmtp, "+subject), "msmtp", "-C", rc, "bob@example.test"); err != nil {
			t.Errorf("%s: %v\n%s", subject, err, out)
			continue
		}
		l.Arrived("msmtp, " + subject)
	}
	rc := l.File("msmtprc", "account default\nhost localhost\nfrom alice@example.test\ntls on\ntls_starttls off\nport "+l.Port("smtps")+"\n")
	if out, err := l.Run(text("no trust"), "msmtp", "-C", rc, "bob@example.test"); err == nil {
		t.Errorf("it trusts anybody: %s", out)
	}
}
