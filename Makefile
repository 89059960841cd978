# Thin fronts; the work is in tools/.
.PHONY: demo demo-down test bench fmt lint build help
.DEFAULT_GOAL := help

help: ## what can be typed
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

build: ## build slipwayd and slipway into build/bin
	@tools/build

demo: ## deploy a real model on this machine and predict with it
	@tools/demo up

demo-down: ## end what `make demo` started
	@tools/demo down

test: ## unit, integration and end-to-end tests
	@tools/test

bench: ## benchmarks beside their peers; tables under build/bench
	@tools/bench

fmt: ## format the C++ sources in place
	@tools/fmt

lint: ## format, layers and clang-tidy, without changing anything
	@tools/lint
