// SPDX-License-Identifier: GPL-2.0
/* A transmit queue that its driver did not get to the end of in time: net:net_dev_xmit_timeout, in the watchdog's
 * timer. */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define DEVICE_BYTES 16
#define DRIVER_BYTES 32

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct device_driver {
	const char *name;
};

struct device {
	struct device *parent;
	struct device_driver *driver;
};

struct net_device___driven {
	struct device dev;
};

#pragma clang attribute pop

struct netdev_txqueue_timeout_record {
	struct event_header header;
	__u32 queue_index;
	__u32 netdev_ifindex;
	char device_name[DEVICE_BYTES];
	char driver_name[DRIVER_BYTES];
};

const struct netdev_txqueue_timeout_record *const abi_netdev_txqueue_timeout_record = 0;

SEC("tp_btf/net_dev_xmit_timeout")
int netdev_txqueue_timeout_btf(__u64 *ctx)
{
	struct net_device *dev = (struct net_device *)ctx[0];
	struct ledger_counters *counters = ledger_of_cpu();
	struct netdev_txqueue_timeout_record record = {};
	__u64 now_ns = 0;

	if (!counters)
		return 0;
	count(&counters->hits);
	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	fill_task(&record.header, (struct task_struct *)bpf_get_current_task(), now_ns);
	fill_netns(&record.header, BPF_CORE_READ(dev, nd_net.net));
	record.queue_index = (__u32)ctx[1];
	record.netdev_ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_core_read(record.device_name, sizeof(record.device_name), &dev->name);
	bpf_probe_read_kernel_str(record.driver_name, sizeof(record.driver_name),
		BPF_CORE_READ((struct net_device___driven *)dev, dev.parent, driver, name));
	submit(ctx, counters, now_ns, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
