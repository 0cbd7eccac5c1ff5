package shell

import (
	"strconv"
	"strings"
)

// describe is -V: what fetchmail would do.
func (f *fetchmail) describe(p *Process) {
	p.Print("Taking options from command line and ", p.term.home(), "/.fetchmailrc\n")
	if f.config.daemon > 0 {
		p.Print("Poll interval is ", strconv.Itoa(f.config.daemon), " seconds\n")
	}
	p.Print("Idfile is ", f.config.idFile, "\n")
	p.Print("Fetchmail will forward misaddressed multidrop messages to ", f.config.postmaster, ".\n")
	if f.config.bounce && (f.old || f.verbose) {
		p.Print("Fetchmail will direct error mail to the sender.\n")
	} else if !f.config.bounce {
		p.Print("Fetchmail will direct error mail to the postmaster.\n")
	}
	for i := range f.config.servers {
		f.describeServer(p, &f.config.servers[i])
	}
	p.Exit(fetchOK)
}

func (f *fetchmail) describeServer(p *Process, s *fetchServer) {
	p.Print("Options for retrieving from ", s.user, "@", s.name, ":\n")
	if s.via != "" {
		p.Print("  Mail will be retrieved via ", s.via, "\n")
	}
	if s.interval > 0 {
		p.Print("  Poll of this server will occur every ", strconv.Itoa(s.interval), " intervals.\n")
	}
	p.Print("  True name of server is ", s.host(), ".\n")
	if s.skip {
		p.Print("  This host will not be queried when no host is specified.\n")
	}
	if s.proto != "ETRN" {
		if s.password == "" {
			p.Print("  Password will be prompted for.\n")
		} else if f.old || f.verbose {
			p.Print("  Password = \"", s.password, "\".\n")
		}
	}
	p.Print("  Protocol is ", strings.Replace(s.proto, "AUTO", "auto", 1))
	if s.port > 0 {
		p.Print(" (using service ", strconv.Itoa(s.port), ")")
	}
	p.Print(".\n")
	if s.uidl {
		p.Print("  UIDL use is forced.\n")
	}
	if s.ssl {
		p.Print("  SSL encrypted sessions enabled.\n")
	}
	if s.timeout > 0 {
		p.Print("  Server nonresponse timeout is ", strconv.Itoa(s.timeout), " seconds.\n")
	}
	if s.proto == "ETRN" {
		return
	}
	if len(s.folders) > 0 {
		p.Print("  Selected mailboxes are: ", strings.Join(s.folders, ", "), "\n")
	} else if !f.old {
		p.Print("  Default mailbox selected.\n")
	}
	choice := func(on bool, dash, what, not string) {
		if !on {
			what = not
		}
		p.Print("  ", what, " (--", dash, " ", onOff(on), ").\n")
	}
	choice(s.fetchAll, "all", "All messages will be retrieved", "Only new messages will be retrieved")
	choice(s.keep, "keep", "Fetched messages will be kept on the server", "Fetched messages will not be kept on the server")
	choice(s.flush, "flush", "Old messages will be flushed before message retrieval", "Old messages will not be flushed before message retrieval")
	if s.limit > 0 {
		p.Print("  Message size limit is ", strconv.Itoa(s.limit), " octets (--limit ", strconv.Itoa(s.limit), ").\n")
	}
	if s.fetchLimit > 0 {
		p.Print("  Received-message limit is ", strconv.Itoa(s.fetchLimit), " (--fetchlimit ", strconv.Itoa(s.fetchLimit), ").\n")
	}
	p.Print("  Messages will be SMTP-forwarded to: ", s.smtpHost, "\n")
	if !s.multidrop() {
		p.Print("  Single-drop mode: 1 local name recognized.\n")
		return
	}
	p.Print("  Multi-drop mode: ")
	if s.anybody {
		p.Print("any local name recognized.\n")
	} else {
		p.Print(strconv.Itoa(len(s.names)), " local names recognized.\n")
	}
	if s.envelope != "" {
		p.Print("  Envelope header is assumed to be: ", s.envelope, "\n")
	} else {
		p.Print("  Envelope-address routing is disabled\n")
	}
	if s.qvirtual != "" {
		p.Print("  Prefix to be removed from user id: ", s.qvirtual, "\n")
	}
	if len(s.domains) > 0 {
		p.Print("  Domains known to be local: ", strings.Join(s.domains, ", "), "\n")
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
