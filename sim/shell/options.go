package shell

import (
	"slices"
	"strings"

	"ehlo/sim/dns"
)

// options are the options of a command line with their values, in order.
type options []option

type option struct {
	name  string // one letter, or the long name
	value string
}

// has says whether an option was given.
func (o options) has(name string) bool {
	_, ok := o.get(name)
	return ok
}

// get is the last value of an option.
func (o options) get(name string) (value string, ok bool) {
	for _, x := range o {
		if x.name == name {
			value, ok = x.value, true
		}
	}
	return value, ok
}

// value is the last value of an option, "" where it was not given.
func (o options) value(name string) string {
	v, _ := o.get(name)
	return v
}

// last is which of some options was given last, "" where none was.
func (o options) last(names ...string) (last string) {
	for _, x := range o {
		if slices.Contains(names, x.name) {
			last = x.name
		}
	}
	return last
}

// family is the kind of address that -4 or -6 asks for, the last one of them, and 0 where neither was given.
func (o options) family() (kind dns.Type) {
	for _, x := range o {
		switch x.name {
		case "4":
			kind = dns.A
		case "6":
			kind = dns.AAAA
		}
	}
	return kind
}

// options takes the arguments apart as getopt_long does, options after operands among them. A letter of short with a colon
// behind it takes a value; so does a long name that ends in "=", and "=x" behind it makes it another name for the letter x,
// as ":x" does without a value. fault is what getopt says of a wrong one, without the program's name.
func (p *Process) options(short string, long ...string) (opts options, operands []string, fault string) {
	args := p.Args
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			return opts, append(operands, args...), ""
		case strings.HasPrefix(arg, "--"):
			o, used, fault := longOption(arg[2:], args, long)
			if fault != "" {
				return nil, nil, fault
			}
			opts, args = append(opts, o), args[used:]
		case len(arg) > 1 && arg[0] == '-':
			for i := 1; i < len(arg); i++ {
				at := strings.IndexByte(short, arg[i])
				if at < 0 || arg[i] == ':' {
					return nil, nil, "invalid option -- '" + arg[i:i+1] + "'"
				}
				o := option{name: arg[i : i+1]}
				if strings.HasPrefix(short[at+1:], ":") {
					switch {
					case i+1 < len(arg):
						o.value = arg[i+1:]
					case len(args) > 0:
						o.value, args = args[0], args[1:]
					default:
						return nil, nil, "option requires an argument -- '" + o.name + "'"
					}
					i = len(arg)
				}
				opts = append(opts, o)
			}
		default:
			operands = append(operands, arg)
		}
	}
	return opts, operands, ""
}

// longOption reads an option that begins with two hyphens, of which args are what follows.
func longOption(text string, args, long []string) (o option, used int, fault string) {
	name, value, given := strings.Cut(text, "=")
	for _, l := range long {
		full, letter, _ := strings.Cut(strings.TrimSuffix(l, "="), "=")
		valued := strings.Contains(l, "=")
		if !valued {
			full, letter, _ = strings.Cut(l, ":")
		}
		if full != name {
			continue
		}
		o = option{full, value}
		if letter != "" {
			o.name = letter
		}
		switch {
		case valued && !given && len(args) == 0:
			return o, 0, "option '--" + name + "' requires an argument"
		case valued && !given:
			o.value, used = args[0], 1
		case !valued && given:
			return o, 0, "option '--" + name + "' doesn't allow an argument"
		}
		return o, used, ""
	}
	return o, 0, "unrecognized option '--" + name + "'"
}

// misused says what getopt says of a wrong option, with the usage below, and ends the process.
func (p *Process) misused(fault, usage string, status int) {
	if fault != "" {
		p.Error(fault)
		p.Why("shell.why.option", p.Name)
	}
	p.Complain(usage)
	p.Exit(status)
}

// tryHelp is what GNU programs say below a complaint about an option.
func (p *Process) tryHelp() string { return "Try '" + p.Name + " --help' for more information.\n" }
