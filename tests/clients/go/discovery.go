package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// role is one of Prometheus' roles of kubernetes_sd_configs: an informer, and the list that it must come to.
type role struct {
	name     string
	informer cache.SharedIndexInformer
	list     func() (runtime.Object, error)
}

// discover follows what Prometheus' service discovery follows, in all namespaces and with the same informers, and answers each line
// "check" with "ok ..." once every role has what a fresh list says; with "miss ..." if that does not come to be.
func discover(client kubernetes.Interface, untyped dynamic.Interface, commands io.Reader) error {
	stop := make(chan struct{})
	defer close(stop)
	factory := informers.NewSharedInformerFactory(client, 0)
	all, background := metav1.ListOptions{}, context.Background()
	core, networking := client.CoreV1(), client.NetworkingV1()

	// The client is older than v1 of this kind.
	slices := schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	others := dynamicinformer.NewDynamicSharedInformerFactory(untyped, 0)
	roles := []role{
		{"pod", factory.Core().V1().Pods().Informer(), func() (runtime.Object, error) { return core.Pods("").List(background, all) }},
		{"service", factory.Core().V1().Services().Informer(), func() (runtime.Object, error) { return core.Services("").List(background, all) }},
		{"endpoints", factory.Core().V1().Endpoints().Informer(), func() (runtime.Object, error) { return core.Endpoints("").List(background, all) }},
		{"endpointslice", others.ForResource(slices).Informer(), func() (runtime.Object, error) { return untyped.Resource(slices).List(background, all) }},
		{"node", factory.Core().V1().Nodes().Informer(), func() (runtime.Object, error) { return core.Nodes().List(background, all) }},
		{"ingress", factory.Networking().V1().Ingresses().Informer(), func() (runtime.Object, error) { return networking.Ingresses("").List(background, all) }},
	}
	counts := &tally{}
	for _, one := range roles {
		one.informer.AddEventHandler(counts.handler())
	}
	factory.Start(stop)
	others.Start(stop)
	for _, one := range roles {
		if !cache.WaitForCacheSync(stop, one.informer.HasSynced) {
			return fmt.Errorf("%s did not sync", one.name)
		}
	}
	fmt.Println("synced")

	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		fmt.Println(counts.checkRoles(roles))
	}
	return lines.Err()
}

func (counts *tally) checkRoles(roles []role) string {
	difference := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		summary := ""
		difference = ""
		for _, one := range roles {
			found, size := one.differ()
			difference += found
			summary += fmt.Sprintf(" %s=%d", one.name, size)
		}
		if difference == "" {
			return "ok" + summary + counts.String()
		}
	}
	return "miss " + difference
}

func (one role) differ() (string, int) {
	fresh, err := one.list()
	if err != nil {
		return err.Error(), 0
	}
	items, err := meta.ExtractList(fresh)
	if err != nil {
		return err.Error(), 0
	}
	if kept := len(one.informer.GetStore().ListKeys()); kept != len(items) {
		return fmt.Sprintf("%s: %d kept, %d listed; ", one.name, kept, len(items)), len(items)
	}
	for _, item := range items {
		key, _ := cache.MetaNamespaceKeyFunc(item)
		kept, found, _ := one.informer.GetStore().GetByKey(key)
		if !found || versionOf(kept) != versionOf(item) {
			return fmt.Sprintf("%s: %s is not as listed; ", one.name, key), len(items)
		}
	}
	return "", len(items)
}

func versionOf(object interface{}) string {
	found, err := meta.Accessor(object)
	if err != nil {
		return err.Error()
	}
	return found.GetResourceVersion()
}
