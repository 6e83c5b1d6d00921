package cluster

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// What is no list is not taken for an empty one: nothing would then speak against
// deleting, and nobody would be told that something could not be read.
func TestAnswersThatAreNoLists(t *testing.T) {
	pods := snapshot.Kind{Version: "v1", Resource: "pods", Kind: "Pod", Namespaced: true}
	for answer, whole := range map[string]bool{
		`{}`: false,
		`{"kind":"Status","apiVersion":"v1","status":"Failure","code":500}`:  false,
		`{"message":"the backend is not ready"}`:                             false,
		`{"apiVersion":"v1","metadata":{}}`:                                  false,
		`{"metadata":{},"items":[]}`:                                         false,
		`{"kind":"PodList","apiVersion":"v1","metadata":{},"items":null}`:    true,
		`{"items":[],"metadata":{},"kind":"PodList"}`:                        true,
		`{"kind":"PartialObjectMetadataList","metadata":{},"items":[]}`:      true,
		`{"kind":"Pods","apiVersion":"example.com/v1","items":[]}`:           true, // definitions choose the word
		`{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":`:  false,
		`{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{}}]}`:     true,
		`{"kind":"PodList","apiVersion":"v1","items":{"metadata":{}}}`:       false,
		string(envelopedAs(t, "", &metav1.PartialObjectMetadataList{}))[:11]: false,
	} {
		c := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		}))
		err := c.eachMetadata(t.Context(), metadataOf{kind: &pods}, func() {}, func(*metadataItem) error { return nil })
		if (err == nil) != whole {
			t.Errorf("metadata of %s: %v", answer, err)
		}
		err = c.eachObject(t.Context(), pods, "shop", func(map[string]any) {})
		if (err == nil) != whole {
			t.Errorf("objects of %s: %v", answer, err)
		}
	}
}

// Protobuf that does not say what it is, is refused as well.
func TestAnswersWithoutKind(t *testing.T) {
	raw, err := wireMetadata().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	answer := protowire.AppendTag([]byte(protobufMagic), unknownRaw, protowire.BytesType)
	var l metadataList
	_, _, err = l.read(bytes.NewReader(protowire.AppendBytes(answer, raw)), func(*metadataItem) error { return nil })
	if err == nil {
		t.Error("it is taken for metadata")
	}
}

// Servers that know neither protobuf nor how to leave out all but the metadata refuse what
// does not ask for plain JSON.
func TestServersOfPlainJSON(t *testing.T) {
	c := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
			if strings.TrimSpace(accepted) == "application/json" {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"kind":"FlunderList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"spec":{"b":1}}]}`)
				return
			}
		}
		w.WriteHeader(http.StatusNotAcceptable)
	}))
	got, err := namesOf(t.Context(), c)
	if err != nil || len(got) != 1 || got[0] != "a" {
		t.Errorf("it is read as %q, %v", got, err)
	}
}

// A server that never comes to an end of a list is not asked for ever, and one that says
// "0" for its version is not asked for any state that it remembers.
func TestListsThatDoNotEnd(t *testing.T) {
	asked := 0
	c := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked > 5 {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		if r.URL.Query().Get("resourceVersion") != "" {
			t.Errorf("asked for %s", r.URL)
		}
		list := &metav1.PartialObjectMetadataList{ListMeta: metav1.ListMeta{ResourceVersion: "0", Continue: "more"}}
		list.Items = append(list.Items, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("o", asked)}})
		w.Header().Set("Content-Type", protobuf)
		_, _ = w.Write(envelopedAs(t, metadataKind, list))
	}))
	if got, err := namesOf(t.Context(), c); err == nil || !strings.Contains(err.Error(), "the same page") {
		t.Errorf("%d requests, %d objects: %v", asked, len(got), err)
	}
}
