package cluster

import (
	"encoding/json"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// Field numbers of Secrets and ConfigMaps, which have the same.
const (
	objectData = 2
	entryKey   = 1
	entryValue = 2
)

// payloadOf is a stored object, and the value of release.DataKey in it.
type payloadOf struct {
	live.Traits
	payload []byte
}

// storedList reads lists of Secrets or ConfigMaps.
type storedList struct {
	wire
	traits traitsReader
	object payloadOf
}

// read shows each object of an answer as it arrives. What is shown is overwritten by the
// next.
func (l *storedList) read(answer io.Reader, secrets bool, each func(*payloadOf)) error {
	protobuf, err := l.begin(answer)
	defer l.end()
	if err != nil {
		return err
	}
	if !protobuf {
		return readStoredJSON(l.in, secrets, each)
	}
	return l.list(listParts{item: func(object []byte) error {
		if err := l.readObject(object); err != nil {
			return err
		}
		each(&l.object)
		return nil
	}})
}

// readObject reads a Secret or ConfigMap. The payload is a part of it.
func (l *storedList) readObject(object []byte) error {
	l.object.payload = nil
	if err := l.traits.object(object, &l.object.Traits); err != nil {
		return err
	}
	return fields(object, func(n protowire.Number, value []byte) error {
		if n == objectData {
			return l.object.data(value)
		}
		return nil
	})
}

// data takes in an entry of the object's data.
func (p *payloadOf) data(entry []byte) error {
	var key, data []byte
	err := fields(entry, func(n protowire.Number, part []byte) error {
		switch n {
		case entryKey:
			key = part
		case entryValue:
			data = part
		}
		return nil
	})
	if string(key) == release.DataKey {
		p.payload = data
	}
	return err
}

// readStoredJSON is for servers that know no protobuf. Data of Secrets are base64.
func readStoredJSON(answer io.Reader, secrets bool, each func(*payloadOf)) error {
	var list struct {
		Items []struct {
			Metadata metav1.ObjectMeta          `json:"metadata"`
			Data     map[string]json.RawMessage `json:"data"`
		} `json:"items"`
	}
	if err := json.NewDecoder(answer).Decode(&list); err != nil {
		return fmt.Errorf("the server's answer is neither protobuf nor JSON: %w", err)
	}
	for i := range list.Items {
		item := &list.Items[i]
		p := payloadOf{Traits: live.TraitsOf(&item.Metadata)}
		if raw, ok := item.Data[release.DataKey]; ok {
			var err error
			if secrets {
				err = json.Unmarshal(raw, &p.payload)
			} else {
				var text string
				err = json.Unmarshal(raw, &text)
				p.payload = []byte(text)
			}
			if err != nil {
				return errBroken
			}
		}
		each(&p)
	}
	return nil
}
