package main

import (
	"context"
	"fmt"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// elect runs for the lease "leader" and prints "lead IDENTITY NANOSECONDS" every 50 ms while it leads. Who loses the lease ends.
func elect(client kubernetes.Interface, namespace, identity string) error {
	lock := &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: namespace},
		Client:     client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: identity},
	}
	fmt.Println("runs")
	leaderelection.RunOrDie(context.Background(), leaderelection.LeaderElectionConfig{
		Lock:          lock,
		LeaseDuration: 4 * time.Second,
		RenewDeadline: 3 * time.Second,
		RetryPeriod:   500 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) {
				for ctx.Err() == nil {
					fmt.Println("lead", identity, time.Now().UnixNano())
					time.Sleep(50 * time.Millisecond)
				}
			},
			OnStoppedLeading: func() {
				fmt.Println("lost", identity)
				os.Exit(0)
			},
		},
	})
	return nil
}
