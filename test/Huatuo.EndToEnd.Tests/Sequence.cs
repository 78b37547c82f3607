// The tests share one kernel: what one of them floods, another would count.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
