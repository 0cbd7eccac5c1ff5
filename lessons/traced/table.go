package traced

import (
	"ehlo/lessons/json"
	"ehlo/sim/daemon"
)

type tableView struct {
	Protocol string     `json:"protocol"`
	States   []string   `json:"states"`
	Rules    []ruleView `json:"rules"`
}

type ruleView struct {
	From string `json:"from"`
	Verb string `json:"verb"`
	On   string `json:"on"`
	To   string `json:"to"`
}

// Table gives a protocol's transition table in JSON, null where there is no such protocol.
func Table(protocol string) []byte {
	table := daemon.Table(protocol)
	if table == nil {
		return []byte("null")
	}
	v := tableView{Protocol: protocol, States: table.States}
	for _, r := range table.Rules {
		v.Rules = append(v.Rules, ruleView{table.States[r.From], table.Verbs[r.Verb], r.On.String(), table.States[r.To]})
	}
	return json.Append(nil, v)
}
