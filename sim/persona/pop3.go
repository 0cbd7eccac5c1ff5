package persona

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/toml"
)

// pop3 reads the part of a server of POP3.
func (p *parser) pop3() {
	c := &p.persona.POP3
	commands := pop3.Keywords()
	names, given := p.words("commands", `commands = ["USER", "PASS"]`, "persona.bad-command", commands)
	if c.Commands = pop3.VerbsOf(names...); !given {
		c.Commands = pop3.Modern
	}
	c.Mechanisms = p.mechanisms()
	c.Prompts = p.prompts()
	c.ClearNeedsTLS, _ = p.Bool("tls-for-passwords", "tls-for-passwords = true", false)
	c.Capabilities, c.Early = p.capabilities("capabilities"), p.capabilities("login-capabilities")
	c.MaxLine, c.MaxErrors, c.MaxLogins = p.count("max-line"), p.count("max-errors"), p.count("max-logins")
	c.IdleTimeout, c.LoginTimeout = p.duration("idle"), p.duration("login-timeout")
	c.RefusalDelay, c.LoginDelay = p.duration("refusal-delay"), p.duration("login-delay")
	for _, name := range p.quirks(pop3.QuirkNames()) {
		q, _ := pop3.QuirkNamed(name)
		c.Quirks |= q
	}
	c.Replies = p.pop3Replies(commands)
}

// quirks reads the habits of a server.
func (p *parser) quirks(known []string) []string {
	names, _ := p.words("quirks", `quirks = ["bare-lf"]`, "persona.bad-quirk", known)
	return names
}

// capabilities reads a list of lines of CAPA, nil where the file has none.
func (p *parser) capabilities(name string) []string {
	lines, places := p.Texts(name, name+` = ["TOP", "SASL"]`, false)
	for i, line := range lines {
		if !isOneLine(line) || strings.TrimSpace(line) == "" {
			p.Report(places[i], name, "persona.bad-line", machine.Args{"text": toml.Shorten(line)})
		}
	}
	if p.Table.Get(name) != nil && lines == nil {
		return []string{}
	}
	return lines
}

// pop3Replies reads the wordings. Each begins with the status indicator of its reply.
func (p *parser) pop3Replies(commands []string) map[pop3.Wording]pop3.Reply {
	replies := make(map[pop3.Wording]pop3.Reply)
	for _, said := range p.replies(pop3.ReplyNames(), slices.Concat(commands, pop3.OtherKeywords())) {
		id, _ := pop3.ReplyNamed(said.reply)
		r, ok := pop3.ParseReply(said.text)
		key := "replies." + said.reply
		if said.command != "" {
			key = "replies." + said.command + "." + said.reply
		}
		switch usual := id.Usual(); {
		case !ok || !isOneLine(said.text):
			p.Report(said.at, key, "persona.bad-reply", machine.Args{"text": toml.Shorten(said.text)})
		case r.OK != usual.OK:
			p.Report(said.at, key, "persona.other-status", machine.Args{"reply": said.reply, "status": map[bool]string{true: "+OK", false: "-ERR"}[usual.OK]})
		default:
			if bad, ok := pop3.UnknownPlaceholder(r.Text); !ok {
				p.Report(said.at, key, "persona.bad-placeholder", machine.Args{"word": toml.Shorten(bad)})
			}
			replies[pop3.Wording{Reply: id, Keyword: said.command}] = r
		}
	}
	return replies
}
