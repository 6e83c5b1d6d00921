package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// decodeFrom decodes a text that arrives in the windows that r gives.
func decodeFrom(r io.Reader) (*Body, error) {
	d := NewDecoder(DefaultLimits())
	d.left = d.limits.Kept
	d.scan.reset(&readWindows{r: r})
	body := new(Body)
	if err := d.record(body); err != nil {
		return nil, err
	}
	return body, nil
}

// readWindows are windows as a reader gives them.
type readWindows struct {
	r      io.Reader
	window [testWindow]byte
}

// testWindow is how long they may be.
const testWindow = 32 << 10

func (w *readWindows) Next() ([]byte, error) {
	for {
		n, err := w.r.Read(w.window[:])
		if n > 0 {
			return w.window[:n], nil
		}
		if err != nil {
			return nil, err
		}
	}
}

const tricky = "{ \"x\\\"\\\\\" : [ \"\\\\\\\"]}\" , { \"a\\\\\" : \"\\\\\" } , -1.5e+7 , null ] ,\r\n\t" +
	`"manifest":"\\\\\"\\\"\\","config":{"\"}":"{[\""},"chart":{"files":["\\"],"metadata":{"name":"c\"\\","version":"\u00e9\\\""}},` +
	`"hooks":[null , {"name":"h\\","kind":"Job","manifest":"kind: Job\nmetadata: {name: \"h\\\\\"}"}],"info":{"status":"failed","deleted":""},` +
	`"name":"\"a\\","version":12,"namespace":"\\"}` + "\n "

func trickyBody() *Body {
	return &Body{
		Name: `"a\`, Namespace: `\`, Revision: 12, Status: StatusFailed, Chart: Chart{Name: `c"\`, Version: `é\"`},
		Hooks: []Hook{{Name: `h\`, Kind: "Job", Objects: []Ref{{Kind: "Job", Name: `h\`}}, Digest: "9635641211997000"}},
	}
}

// Wherever a window ends, within an escape or a number, the record is the same.
func TestWindowsMayEndAnywhere(t *testing.T) {
	if !json.Valid([]byte(tricky)) {
		t.Fatal("the text of this test is no JSON")
	}
	check := func(where string, r io.Reader) {
		t.Helper()
		got, err := decodeFrom(r)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			return
		}
		if diff := cmp.Diff(trickyBody(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", where, diff)
		}
	}
	check("in one", strings.NewReader(tricky))
	check("byte by byte", iotest.OneByteReader(strings.NewReader(tricky)))
	check("with empty reads", io.MultiReader(iotest.HalfReader(strings.NewReader(tricky)), strings.NewReader("")))
	check("with the end in the last read", iotest.DataErrReader(strings.NewReader(tricky)))
	for i := range len(tricky) {
		check("split at "+tricky[max(0, i-5):i]+"|", io.MultiReader(strings.NewReader(tricky[:i]), strings.NewReader(tricky[i:])))
		for j := i + 1; j < min(i+4, len(tricky)); j++ {
			check("split twice", io.MultiReader(strings.NewReader(tricky[:i]), strings.NewReader(tricky[i:j]), strings.NewReader(tricky[j:])))
		}
	}
}

// The same across the real window's end, for a skipped and for a kept string.
func TestEscapesAcrossTheScannersWindow(t *testing.T) {
	for _, escapes := range []string{`\"`, `\\`, `\\\"`, `\\\\`, `\"\"`, `\\\\\"`} {
		for _, key := range []string{"manifest", "namespace"} {
			prefix := `{"name":"a","version":1,"` + key + `":"`
			for shift := -len(escapes) - 2; shift <= 2; shift++ {
				fill := strings.Repeat("x", testWindow-len(prefix)+shift)
				got, err := decodeFrom(strings.NewReader(prefix + fill + escapes + `","info":{"status":"failed"}}`))
				if err != nil {
					t.Fatalf("%s in %s, shifted by %d: %v", escapes, key, shift, err)
				}
				want := &Body{Name: "a", Revision: 1, Status: StatusFailed}
				if key == "namespace" {
					if err := json.Unmarshal([]byte(`"`+fill+escapes+`"`), &want.Namespace); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s in %s, shifted by %d (-want +got):\n%s", escapes, key, shift, diff)
				}
			}
		}
	}
}

// A record cut off anywhere is never taken for a whole one.
func TestEveryCutIsFoundOut(t *testing.T) {
	text := strings.TrimSpace(tricky)
	for i := range len(text) {
		if body, err := decodeFrom(strings.NewReader(text[:i])); !errors.Is(err, io.ErrUnexpectedEOF) && !isSyntax(err) {
			t.Errorf("cut after %q: %+v, %v; want an error about the end", text[:i], body, err)
		}
	}
}

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax)
}

func TestReadErrorsArePassedOn(t *testing.T) {
	broken := errors.New("the wire broke")
	for i := range len(tricky) {
		r := io.MultiReader(strings.NewReader(tricky[:i]), iotest.ErrReader(broken))
		if _, err := decodeFrom(r); !errors.Is(err, broken) {
			t.Errorf("broken after %d bytes: error is %v, want the reader's", i, err)
		}
	}
}

func TestOddBackslashes(t *testing.T) {
	for _, tt := range []struct {
		part          string
		escaped, want bool
	}{
		{"", false, false},
		{"", true, true},
		{`\`, false, true},
		{`\`, true, false},
		{`\\`, false, false},
		{`\\`, true, true},
		{`a`, true, false},
		{`a\`, true, true},
		{`a\\`, true, false},
		{`\a`, false, false},
		{`\\\`, false, true},
		{`\\\`, true, false},
	} {
		if got := oddBackslashes([]byte(tt.part), tt.escaped); got != tt.want {
			t.Errorf("oddBackslashes(%q, %v) = %v, want %v", tt.part, tt.escaped, got, tt.want)
		}
	}
}

// FuzzWindows: how a text is cut into windows changes nothing.
func FuzzWindows(f *testing.F) {
	f.Add([]byte(tricky), 7)
	f.Add([]byte(`{"name":"a","x":"\\\"","version":1}`), 19)
	f.Add([]byte(`{"name":"a","version":1,"hooks":nul`), 33)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		want, wantErr := decodeFrom(bytes.NewReader(text))
		cut = min(max(cut, 0), len(text))
		for _, r := range []io.Reader{
			iotest.OneByteReader(bytes.NewReader(text)),
			io.MultiReader(bytes.NewReader(text[:cut]), bytes.NewReader(text[cut:])),
		} {
			got, err := decodeFrom(r)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Fatalf("%q in windows: error %v, in one: %v", text, err, wantErr)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-in one +in windows):\n%s", text, diff)
			}
		}
	})
}
