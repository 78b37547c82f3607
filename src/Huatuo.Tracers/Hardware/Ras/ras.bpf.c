// SPDX-License-Identifier: GPL-2.0
/* Errors that the hardware reports: machine checks, memory controllers, PCI Express, firmware, poisoned pages. */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define FIRMWARE_BYTES 4096

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mce {
	__u64 status;
	__u64 misc;
	__u64 addr;
	__u64 mcgstatus;
	__u64 ip;
	__u64 tsc;
	__u64 time;
	__u8 cpuvendor;
	__u32 cpuid;
	__u8 cs;
	__u8 bank;
	__u32 extcpu;
	__u32 socketid;
	__u32 apicid;
	__u64 mcgcap;
	__u64 synd;
	__u64 ipid;
};

struct cper_sec_proc_arm {
	__u32 validation_bits;
	__u8 affinity_level;
	__u64 mpidr;
	__u64 midr;
	__u32 running_state;
	__u32 psci_state;
};

/* Told with the severity and the CPU since 6.11 (and in stable series). */
struct trace_event_raw_arm_event {
	__u8 sev;
};

#pragma clang attribute pop

enum ras_source {
	RAS_MACHINE_CHECK,
	RAS_THRESHOLD,
	RAS_MEMORY_CONTROLLER,
	RAS_FIRMWARE,
	RAS_PCIE,
	RAS_ARM,
	RAS_MEMORY_FAILURE,
};

/* What all records begin with. */
struct ras_record {
	struct event_header header;
	__u32 source;
	__u32 reserved;
};

struct machine_check_record {
	struct ras_record ras;
	__u64 mcg_cap;
	__u64 mcg_status;
	__u64 status;
	__u64 address;
	__u64 misc;
	__u64 synd;
	__u64 ipid;
	__u64 ip;
	__u64 tsc;
	__u64 walltime;
	__u32 cpu;
	__u32 cpuid;
	__u32 apicid;
	__u32 socketid;
	__u8 cs;
	__u8 bank;
	__u8 vendor;
	__u8 padding[5];
};

struct threshold_record {
	struct ras_record ras;
	__u32 vector;
	__u32 padding;
};

struct memory_controller_record {
	struct ras_record ras;
	__u64 address;
	__u64 syndrome;
	__u32 error_type;
	__u32 error_count;
	__u8 controller;
	__s8 top_layer;
	__s8 middle_layer;
	__s8 low_layer;
	__u8 grain_bits;
	__u8 padding[3];
	char message[128];
	char label[256];
	char driver_detail[256];
};

/* The section as firmware wrote it follows: data_bytes of it. */
struct firmware_record {
	struct ras_record ras;
	__u8 section_type[16];
	__u8 fru_id[16];
	char fru_text[24];
	__u32 severity;
	__u32 length;
	__u32 data_bytes;
	__u32 padding;
};

struct firmware_scratch {
	struct firmware_record record;
	__u8 data[FIRMWARE_BYTES];
};

struct pcie_record {
	struct ras_record ras;
	__u32 status;
	__u32 severity;
	__u32 tlp_header_valid;
	__u32 tlp_header[4];
	char device[20];
};

struct arm_record {
	struct ras_record ras;
	__u64 mpidr;
	__u64 midr;
	__u32 validation;
	__u32 running_state;
	__u32 psci_state;
	__u32 affinity;
	__u32 severity;
	__s32 cpu;
};

struct memory_failure_record {
	struct ras_record ras;
	__u64 pfn;
	__u32 page_type;
	__u32 result;
};

#define SEVERITY_UNTOLD 0xffffffffu

const enum ras_source *const abi_ras_source = 0;
const struct ras_record *const abi_ras_record = 0;
const struct machine_check_record *const abi_machine_check_record = 0;
const struct threshold_record *const abi_threshold_record = 0;
const struct memory_controller_record *const abi_memory_controller_record = 0;
const struct firmware_record *const abi_firmware_record = 0;
const struct pcie_record *const abi_pcie_record = 0;
const struct arm_record *const abi_arm_record = 0;
const struct memory_failure_record *const abi_memory_failure_record = 0;

/* One for each of the two programs that need it: the kernel lets none interrupt itself on the same CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct memory_controller_record);
} memory_controller_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct firmware_scratch);
} firmware_scratch SEC(".maps");

/* Counts the hit and decides on it. Hardware has no task: of the header only the time and the CPU are filled. */
static __always_inline bool begin(struct ledger_counters *counters, struct ras_record *ras, enum ras_source source)
{
	__u64 now_ns = 0;

	count(&counters->hits);
	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return false;
	}
	ras->header.monotonic_ns = now_ns;
	ras->header.cpu = bpf_get_smp_processor_id();
	ras->header.context = CONTEXT_UNKNOWN;
	ras->source = source;
	return true;
}

static __always_inline void finish(void *ctx, struct ledger_counters *counters, struct ras_record *ras, __u64 size)
{
	submit(ctx, counters, ras->header.monotonic_ns, ras, size);
}

/* struct mce, or struct mce_hw_err (6.14) that begins with one. */
SEC("tp_btf/mce_record")
int ras_mce(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct machine_check_record record = {};
	struct mce *mce = (struct mce *)ctx[0];

	if (!counters || !begin(counters, &record.ras, RAS_MACHINE_CHECK))
		return 0;
	record.mcg_cap = BPF_CORE_READ(mce, mcgcap);
	record.mcg_status = BPF_CORE_READ(mce, mcgstatus);
	record.status = BPF_CORE_READ(mce, status);
	record.address = BPF_CORE_READ(mce, addr);
	record.misc = BPF_CORE_READ(mce, misc);
	record.synd = BPF_CORE_READ(mce, synd);
	record.ipid = BPF_CORE_READ(mce, ipid);
	record.ip = BPF_CORE_READ(mce, ip);
	record.tsc = BPF_CORE_READ(mce, tsc);
	record.walltime = BPF_CORE_READ(mce, time);
	record.cpu = BPF_CORE_READ(mce, extcpu);
	record.cpuid = BPF_CORE_READ(mce, cpuid);
	record.apicid = BPF_CORE_READ(mce, apicid);
	record.socketid = BPF_CORE_READ(mce, socketid);
	record.cs = BPF_CORE_READ(mce, cs);
	record.bank = BPF_CORE_READ(mce, bank);
	record.vendor = BPF_CORE_READ(mce, cpuvendor);
	finish(ctx, counters, &record.ras, sizeof(record));
	return 0;
}

SEC("tp_btf/threshold_apic_entry")
int ras_threshold(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct threshold_record record = {};

	if (!counters || !begin(counters, &record.ras, RAS_THRESHOLD))
		return 0;
	record.vector = ctx[0];
	finish(ctx, counters, &record.ras, sizeof(record));
	return 0;
}

SEC("tp_btf/mc_event")
int ras_edac(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct memory_controller_record *record;
	__u32 zero = 0;

	if (!counters)
		return 0;
	record = bpf_map_lookup_elem(&memory_controller_scratch, &zero);
	if (!record || !begin(counters, &record->ras, RAS_MEMORY_CONTROLLER))
		return 0;
	record->error_type = ctx[0];
	bpf_probe_read_kernel_str(record->message, sizeof(record->message), (void *)ctx[1]);
	bpf_probe_read_kernel_str(record->label, sizeof(record->label), (void *)ctx[2]);
	record->error_count = ctx[3];
	record->controller = ctx[4];
	record->top_layer = ctx[5];
	record->middle_layer = ctx[6];
	record->low_layer = ctx[7];
	record->address = ctx[8];
	record->grain_bits = ctx[9];
	record->syndrome = ctx[10];
	bpf_probe_read_kernel_str(record->driver_detail, sizeof(record->driver_detail), (void *)ctx[11]);
	finish(ctx, counters, &record->ras, sizeof(*record));
	return 0;
}

/* Raw, since BTF tracepoints of old kernels refuse a pointer to bytes. */
SEC("raw_tp/non_standard_event")
int ras_firmware(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct firmware_scratch *slot;
	__u32 zero = 0;
	__u32 bytes;

	if (!counters)
		return 0;
	slot = bpf_map_lookup_elem(&firmware_scratch, &zero);
	if (!slot || !begin(counters, &slot->record.ras, RAS_FIRMWARE))
		return 0;
	bpf_probe_read_kernel(slot->record.section_type, sizeof(slot->record.section_type), (void *)ctx[0]);
	bpf_probe_read_kernel(slot->record.fru_id, sizeof(slot->record.fru_id), (void *)ctx[1]);
	bpf_probe_read_kernel_str(slot->record.fru_text, sizeof(slot->record.fru_text), (void *)ctx[2]);
	slot->record.severity = (__u8)ctx[3];
	slot->record.length = ctx[5];
	bytes = slot->record.length;
	if (bytes > FIRMWARE_BYTES)
		bytes = FIRMWARE_BYTES;
	if (bpf_probe_read_kernel(slot->data, bytes, (void *)ctx[4]))
		bytes = 0;
	slot->record.data_bytes = bytes;
	finish(ctx, counters, &slot->record.ras, sizeof(slot->record) + bytes);
	return 0;
}

/* The header's first four words stand first in every form of the log (include/linux/aer.h). */
SEC("tp_btf/aer_event")
int ras_pcie(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct pcie_record record = {};

	if (!counters || !begin(counters, &record.ras, RAS_PCIE))
		return 0;
	bpf_probe_read_kernel_str(record.device, sizeof(record.device), (void *)ctx[0]);
	record.status = ctx[1];
	record.severity = (__u8)ctx[2];
	record.tlp_header_valid = (__u8)ctx[3];
	if (record.tlp_header_valid)
		bpf_probe_read_kernel(record.tlp_header, sizeof(record.tlp_header), (void *)ctx[4]);
	finish(ctx, counters, &record.ras, sizeof(record));
	return 0;
}

SEC("tp_btf/arm_event")
int ras_arm(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct cper_sec_proc_arm *section = (struct cper_sec_proc_arm *)ctx[0];
	struct arm_record record = {};

	if (!counters || !begin(counters, &record.ras, RAS_ARM))
		return 0;
	record.validation = BPF_CORE_READ(section, validation_bits);
	record.mpidr = BPF_CORE_READ(section, mpidr);
	record.midr = BPF_CORE_READ(section, midr);
	record.running_state = BPF_CORE_READ(section, running_state);
	record.psci_state = BPF_CORE_READ(section, psci_state);
	record.affinity = BPF_CORE_READ(section, affinity_level);
	record.severity = SEVERITY_UNTOLD;
	record.cpu = -1;
	if (bpf_core_field_exists(((struct trace_event_raw_arm_event *)0)->sev)) {
		record.severity = (__u8)ctx[7];
		record.cpu = ctx[8];
	}
	finish(ctx, counters, &record.ras, sizeof(record));
	return 0;
}

SEC("tp_btf/memory_failure_event")
int ras_memory_failure(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct memory_failure_record record = {};

	if (!counters || !begin(counters, &record.ras, RAS_MEMORY_FAILURE))
		return 0;
	record.pfn = ctx[0];
	record.page_type = ctx[1];
	record.result = ctx[2];
	finish(ctx, counters, &record.ras, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
