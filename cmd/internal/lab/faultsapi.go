package lab

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// longestBody is the longest text of a request that is read, in octets.
const longestBody = 16 << 10

// readJSON decodes the text of a request, and refuses members that mean nothing.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fault(http.StatusUnsupportedMediaType, "Send JSON: Content-Type: application/json.")
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, longestBody))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("there is more behind the object")
	}
	return fault(http.StatusBadRequest, "The text is not what the description asks for: "+err.Error()+".")
}

// listedFaults are faults as the interface lists them.
type listedFaults struct {
	Faults []faultJSON `json:"faults"`
	Seed   uint64      `json:"seed"`
}

func (l *Lab) listFaults(w http.ResponseWriter, _ *http.Request) error {
	x := l.faults
	x.mu.Lock()
	answer := listedFaults{Faults: make([]faultJSON, len(x.list)), Seed: x.seed}
	for i, s := range x.list {
		answer.Faults[i] = s.describe()
	}
	x.mu.Unlock()
	return writeJSON(w, answer)
}

func (l *Lab) addFault(w http.ResponseWriter, r *http.Request) error {
	var j faultJSON
	if err := readJSON(w, r, &j); err != nil {
		return err
	}
	if j.ID != 0 || j.Matched != nil || j.Happened != nil {
		return fault(http.StatusBadRequest, "id, matched and happened are the lab's to say.")
	}
	f, err := j.fault()
	if err != nil {
		return fault(http.StatusBadRequest, "This is no fault: "+err.Error()+".")
	}
	answer, err := l.faults.add(f)
	if err != nil {
		return fault(http.StatusConflict, err.Error()+".")
	}
	w.Header().Set("Location", "/api/v1/faults/"+strconv.FormatUint(answer.ID, 10))
	return writeStatus(w, http.StatusCreated, answer)
}

func (l *Lab) deleteFault(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
	if err != nil || l.faults.remove(func(s *standing) bool { return s.id == id }) == 0 {
		return fault(http.StatusNotFound, "There is no fault "+strconv.Quote(r.PathValue("id"))+".")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (l *Lab) deleteFaults(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, map[string]int{"deleted": l.faults.remove(func(*standing) bool { return true })})
}
