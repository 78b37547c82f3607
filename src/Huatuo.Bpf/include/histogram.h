/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms of durations with buckets that grow by the factor 2^(1/8) and are aligned to powers of two of a second:
 * bucket i holds (2^((i-1)/8), 2^(i/8)] seconds. No loop, no division, no call.
 */
#pragma once

#include "kernel.h"

#define HISTOGRAM_FIRST   (-191) /* just above 2^-24 s, 60 ns */
#define HISTOGRAM_BUCKETS 256    /* the last one ends at 2^8 s */
#define HISTOGRAM_UNIT    50     /* durations are counted in 2^-50 s */
#define HISTOGRAM_MIN     (1ULL << (HISTOGRAM_UNIT - 24))
#define HISTOGRAM_MAX     (1ULL << (HISTOGRAM_UNIT + 8))
#define UNITS_PER_NS      1125900ULL   /* 2^50 / 10^9, rounded up by 8 parts in 10^8 */
#define LONGEST_NS        (1ULL << 43) /* 2.4 h: units of more would not fit */
/* 1 when m is above the limit, both below 2^63: without a branch, which nobody could predict. */
#define ABOVE(limit, m) (((limit##ULL) - (m)) >> 63)

/* 1 when ns, below 2^63, is so many or more, alike. */
#define AT_LEAST(limit, ns) (((__u64)(limit) - 1 - (ns)) >> 63)

/* One CPU's, or everybody's. counts[0] is what lies below the first bucket, the last one what lies above the last. */
struct histogram {
	__u64 sum_ns;
	__u64 counts[HISTOGRAM_BUCKETS + 2];
};

/* How far to shift a number of twice so many bits to keep its leading half, unless that is zero; shifts it. */
static __always_inline __u32 halve(__u64 *m, __u32 bits)
{
	__u64 by;

	barrier_var(*m);
	by = ((1ULL << bits) - 1 - *m) >> 63 << __builtin_ctz(bits);
	*m >>= by;
	return by;
}

/* Which of the counts a duration belongs to. */
static __always_inline __u32 histogram_slot(__u64 ns)
{
	__u64 units, m;
	__u32 exponent;

	if (ns > LONGEST_NS)
		return HISTOGRAM_BUCKETS + 1;
	units = ns * UNITS_PER_NS;
	if (units <= HISTOGRAM_MIN)
		return 0;
	if (units > HISTOGRAM_MAX)
		return HISTOGRAM_BUCKETS + 1;
	/* An upper bound belongs to its bucket; with one unit less it is below it. */
	units--;
	/* The leading one lies between bit 26 and bit 57: those five bits of its place, the highest first. */
	exponent = HISTOGRAM_UNIT - 24;
	m = units >> exponent;
	exponent += halve(&m, 16);
	exponent += halve(&m, 8);
	exponent += halve(&m, 4);
	exponent += halve(&m, 2);
	exponent += m >> 1;
	/* 31 bits from the leading one on, compared with 2^(k/8) all at once. */
	m = units << (63 - exponent) >> 33;
	barrier_var(m);
	m = ABOVE(1170923761, m) + ABOVE(1276901416, m) + ABOVE(1392470868, m) + ABOVE(1518500249, m) +
		ABOVE(1655936264, m) + ABOVE(1805811301, m) + ABOVE(1969251187, m);
	return ((exponent - (HISTOGRAM_UNIT - 24)) << 3) + (__u32)m + 1;
}

/* For counters that nothing else on this CPU touches meanwhile. */
static __always_inline void histogram_add(struct histogram *histogram, __u64 ns)
{
	__u32 slot = histogram_slot(ns);

	histogram->sum_ns += ns;
	if (slot < HISTOGRAM_BUCKETS + 2)
		histogram->counts[slot]++;
}

/* For counters of several CPUs. */
static __always_inline void histogram_add_shared(struct histogram *histogram, __u64 ns)
{
	__u32 slot = histogram_slot(ns);

	__sync_fetch_and_add(&histogram->sum_ns, ns);
	if (slot < HISTOGRAM_BUCKETS + 2)
		__sync_fetch_and_add(&histogram->counts[slot], 1);
}
