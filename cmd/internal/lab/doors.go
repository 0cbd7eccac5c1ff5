package lab

import "ehlo/sim/world"

// Door is a kind of service that a lab can offer.
type Door struct {
	Name     string // as in -smtps and in what is printed
	Address  string // where it is unless the command line says otherwise
	About    string
	Protocol string // as a session's description tells it: "smtp", "pop3", "imap", or "http"
	service  world.Service
}

// Doors lists the services, in the order in which they are printed. The last is the interface for test suites.
var Doors = []Door{
	door("smtp", "127.0.0.1:2525", "SMTP between servers, which takes mail for the lab's domains, and from users for all others",
		world.Service{Protocol: "smtp", TLS: world.StartTLS, Auth: []string{"SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"}}),
	door("submission", "127.0.0.1:2587", "SMTP for the lab's users, who log in (RFC 6409)",
		world.Service{Protocol: "smtp", Role: "submission", TLS: world.StartTLS}),
	door("smtps", "127.0.0.1:2465", "SMTP for users, inside TLS from the first octet (RFC 8314)",
		world.Service{Protocol: "smtp", Role: "submission", TLS: world.ImplicitTLS}),
	door("pop3", "127.0.0.1:2110", "POP3", world.Service{Protocol: "pop3", TLS: world.StartTLS}),
	door("pop3s", "127.0.0.1:2995", "POP3 inside TLS", world.Service{Protocol: "pop3", TLS: world.ImplicitTLS}),
	door("imap", "127.0.0.1:2143", "IMAP", world.Service{Protocol: "imap", TLS: world.StartTLS}),
	door("imaps", "127.0.0.1:2993", "IMAP inside TLS", world.Service{Protocol: "imap", TLS: world.ImplicitTLS}),
	door("http", "127.0.0.1:8025", "the live page and the interface for test suites", world.Service{Protocol: "http"}),
}

func door(name, address, about string, s world.Service) Door {
	return Door{name, address, about, s.Protocol, s}
}

// doorOf finds a kind of service by its name.
func doorOf(name string) (Door, bool) {
	for _, d := range Doors {
		if d.Name == name {
			return d, true
		}
	}
	return Door{}, false
}
