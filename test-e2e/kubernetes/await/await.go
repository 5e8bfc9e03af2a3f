// Package await is how tests wait: with a limit, and saying what they waited for and what they saw last.
package await

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Limit is for whatever one test waits for at a time. Emulated nodes on a busy host take some ten times what they take alone.
const Limit = 5 * time.Minute

const interval = 50 * time.Millisecond

// That waits until the condition holds. The condition gives what it saw, for the message if it never does.
func That(ctx context.Context, what string, condition func(context.Context) (holds bool, saw string)) error {
	return Within(ctx, Limit, what, condition)
}

// Within is That with another limit.
func Within(ctx context.Context, limit time.Duration, what string, condition func(context.Context) (holds bool, saw string)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var before string
	for {
		holds, saw := condition(ctx)
		if holds {
			return nil
		}
		if ctx.Err() != nil {
			// What it saw last may be the end of the time itself.
			return fmt.Errorf("waited for %s for %s; last seen: %s", what, limit, cmp.Or(before, saw))
		}
		before = saw
		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
	}
}
