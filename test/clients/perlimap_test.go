package clients

import (
	"fmt"
	"testing"
)

// Mail::IMAPClient is Perl's.
func TestMailIMAPClient(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	l.Deliver("Two", "Second.")
	l.Deliver("Three", "Third.")
	out := l.Must("", "perl", l.File("imap.pl", fmt.Sprintf(`use strict; use Mail::IMAPClient;
my $c = Mail::IMAPClient->new(Server => 'localhost', Port => %s, User => 'bob', Password => %q, Uid => 1,
  Authmechanism => 'CRAM-MD5', Starttls => [SSL_ca_file => %q]) or die "login: $@";
sub must { my ($what, $r) = @_; defined $r or die "$what: " . $c->LastError; $r }
must(select => $c->select('INBOX'));
my @m = $c->messages;
print scalar(@m), ' ', $c->subject($m[0]), "\n";
must(create => $c->create('Perl'));
print must(append => $c->append_string('Perl', "Subject: p\r\n\r\nx\r\n", '\Seen')), "\n";
must(move => $c->move('Perl', $m[0]));
print $c->message_count('Perl'), ' ', $c->has_capability('UIDPLUS') ? 'UIDPLUS' : '', "\n";
my $idle = must(idle => $c->idle); must(done => $c->done($idle));
must(delete => $c->delete_message($m[1])); must(expunge => $c->expunge);
print join(',', @{$c->search('SUBJECT', 'Three')}), ' ', join(',', sort $c->folders), "\n";
must(logout => $c->logout);
`, l.Port("imap"), Password, l.CA)))
	if want := "3 One\n1\n2 UIDPLUS\n3 INBOX,Perl\n"; out != want {
		t.Errorf("%q, want %q", out, want)
	}
}
