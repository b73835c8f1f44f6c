package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// A check waits so long for the informer to have what a list has.
const patience = 60 * time.Second

type tally struct{ events, backwards int64 }

// follow keeps typed informers of several kinds and answers each line "check" with "ok ..." once what the informer of ConfigMaps
// has is what a fresh list says; with "miss ..." if that does not come to be.
func follow(client kubernetes.Interface, namespace string, commands io.Reader) error {
	stop := make(chan struct{})
	defer close(stop)
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	maps := factory.Core().V1().ConfigMaps()
	counts := &tally{}
	maps.Informer().AddEventHandler(counts.handler())

	factory.Core().V1().Pods().Informer()
	factory.Core().V1().Services().Informer()
	factory.Core().V1().Secrets().Informer()
	factory.Apps().V1().Deployments().Informer()
	factory.Coordination().V1().Leases().Informer()
	factory.Start(stop)
	for kind, synced := range factory.WaitForCacheSync(stop) {
		if !synced {
			return fmt.Errorf("%v did not sync", kind)
		}
	}
	fmt.Println("synced")

	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		fmt.Println(counts.check(client, namespace, maps.Informer().GetStore()))
	}
	return lines.Err()
}

func (counts *tally) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(interface{}) { atomic.AddInt64(&counts.events, 1) },
		UpdateFunc: func(before, after interface{}) {
			atomic.AddInt64(&counts.events, 1)
			if revision(after) < revision(before) {
				atomic.AddInt64(&counts.backwards, 1)
			}
		},
		DeleteFunc: func(interface{}) { atomic.AddInt64(&counts.events, 1) },
	}
}

func revision(object interface{}) uint64 {
	value, _ := strconv.ParseUint(object.(*corev1.ConfigMap).ResourceVersion, 10, 64)
	return value
}

func (counts *tally) String() string {
	return fmt.Sprintf(" events=%d backwards=%d", atomic.LoadInt64(&counts.events), atomic.LoadInt64(&counts.backwards))
}

func (counts *tally) check(client kubernetes.Interface, namespace string, store cache.Store) string {
	difference := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		list, err := client.CoreV1().ConfigMaps(namespace).List(context.TODO(), metav1.ListOptions{})
		if err != nil {
			difference = err.Error()
			continue
		}
		if difference = differ(list.Items, store); difference == "" {
			return fmt.Sprintf("ok objects=%d%s", len(list.Items), counts)
		}
	}
	return "miss " + difference
}

func differ(items []corev1.ConfigMap, store cache.Store) string {
	if kept := len(store.ListKeys()); kept != len(items) {
		return fmt.Sprintf("%d objects kept, %d listed", kept, len(items))
	}
	for _, item := range items {
		kept, found, _ := store.GetByKey(item.Namespace + "/" + item.Name)
		if !found || kept.(*corev1.ConfigMap).ResourceVersion != item.ResourceVersion {
			return item.Name + " is not as listed"
		}
	}
	return ""
}
