# SPDX-License-Identifier: Apache-2.0
.DEFAULT_GOAL := help
.PHONY: help run test test-vm build publish bench check gen new-tracer soak clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: ## install what is missing, build, and run the agent (root)
	@eng/run

test: ## install what is missing, build everything, run every test, those of the kernel on three kernels (root)
	@eng/test --kernels ends

test-vm: ## run the kernel tests on every kernel of eng/kernels.txt (root)
	@eng/test --kernels all Huatuo.Kernel.Tests

build: ## leave bin/huatuo: one self-contained file
	@eng/install
	@eng/build

publish: build ## leave bin/aot/huatuo as well: native code
	@eng/install publish
	@eng/publish

bench: ## run the benchmarks (root)
	@eng/install test
	@eng/build
	@dotnet run -c Release --project bench/Huatuo.Bench

check: ## formatting, generated files, licences, shell scripts
	@eng/install check
	@eng/check

gen: ## write the generated files anew
	@eng/install
	@eng/gen

new-tracer: ## a new tracer from the template: make new-tracer name=oom group=Memory
	@dotnet run --project eng/Huatuo.Gen -- new-tracer . name=$(name) group=$(group)

soak: ## the long runs of the benchmarks, and faults (root)
	@eng/install test
	@eng/build
	@dotnet run -c Release --project bench/Huatuo.Bench -- quiet soak faults

clean: ## remove everything that was built
	@rm -rf artifacts bin
