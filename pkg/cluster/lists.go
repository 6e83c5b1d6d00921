package cluster

import (
	"context"
	"errors"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/rest"
)

// expiries is how often a list may start anew because the server forgot the
// state that its pages come from, or because an answer ended early.
const expiries = 3

// listOf is a list to read, and how.
type listOf struct {
	client   rest.Interface
	path     string
	accept   string
	selector string // by labels, if not empty
	// most is how many objects more than a page holds may be asked for at once.
	most int64
	// reset forgets what was shown.
	reset func()
	// read shows what an answer has, and returns the list's own metadata. Streamed tells
	// that the answer was not held as a whole.
	read func(answer io.Reader) (head metav1.ListMeta, streamed bool, err error)
}

// list reads a list. When it has to start anew, after a call of reset, an object is
// neither missed nor counted twice.
//
// The first page is what the storage has now. If there are more, the whole is asked for
// in one answer that is not older than the first page: API servers answer that from
// memory, and every controller begins like that. Most would read further pages from
// etcd, and with them the contents of all that is listed.
func (c *Client) list(ctx context.Context, l listOf) error {
	for try := 1; ; try++ {
		err := c.listOnce(ctx, l)
		if err == nil || !startsAnew(err) || try > expiries || ctx.Err() != nil {
			return err
		}
		l.reset()
	}
}

// startsAnew tells whether a list that failed is worth another try from the start.
func startsAnew(err error) bool {
	early := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || utilnet.IsProbableEOF(err)
	return apierrors.IsResourceExpired(err) || early ||
		utilnet.IsConnectionReset(err) || utilnet.IsHTTP2ConnectionLost(err)
}

func (c *Client) listOnce(ctx context.Context, l listOf) error {
	o := metav1.ListOptions{LabelSelector: l.selector, Limit: c.options.ChunkSize}
	head, streamed, err := c.page(ctx, l, o, asUsual)
	if err != nil || head.Continue == "" {
		return err
	}
	if streamed && c.atOnce(&head, l.most) {
		l.reset()
		err := c.listAtOnce(ctx, l, &head)
		if err == nil || fatal(ctx, err) {
			return err
		}
		// Page by page then, from the first on: who knows what was shown.
		if apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
			c.behind.Store(true)
		}
		l.reset()
		head.Continue = ""
	}
	for o.Continue = head.Continue; ; o.Continue = head.Continue {
		if head, _, err = c.page(ctx, l, o, asUsual); err != nil || head.Continue == "" {
			return err
		}
		if head.Continue == o.Continue {
			return errSamePage
		}
	}
}

// errSamePage ends a list that a server would go on with for ever.
var errSamePage = errors.New("after a page of the list, the server names the same page again")

// atOnce tells whether the rest of a list, of which this is the first page, may be asked
// for in one answer. "Not older than 0" would be any state, however old.
func (c *Client) atOnce(head *metav1.ListMeta, most int64) bool {
	more := int64(0) // not told of what is selected by labels
	if head.RemainingItemCount != nil {
		more = *head.RemainingItemCount
	}
	return !c.options.Paged && !c.behind.Load() && head.ResourceVersion != "" && head.ResourceVersion != "0" && more <= most
}

// listAtOnce reads a list that is at least as new as its first page. The server is
// asked once: memory that has not come so far in some seconds will not soon, as on old
// servers where nothing changes.
func (c *Client) listAtOnce(ctx context.Context, l listOf, first *metav1.ListMeta) error {
	head, _, err := c.page(ctx, l, metav1.ListOptions{
		LabelSelector:   l.selector,
		ResourceVersion: first.ResourceVersion, ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	}, once)
	if err == nil && head.Continue != "" {
		return errors.New("the server answered with a part of what it was asked for")
	}
	return err
}

// patience is whether a request is sent again when the server is busy.
type patience bool

const (
	asUsual patience = true // as often as client-go does
	once    patience = false
)

// page sends one request, and shows what is answered.
func (c *Client) page(ctx context.Context, l listOf, o metav1.ListOptions, p patience) (head metav1.ListMeta, streamed bool, err error) {
	request := l.client.Get().AbsPath(l.path).SetHeader("Accept", l.accept).VersionedParams(&o, metav1.ParameterCodec)
	if p == once {
		request = request.MaxRetries(0)
	}
	answer, err := request.Stream(ctx)
	if err != nil {
		return head, false, err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	return l.read(answer)
}
