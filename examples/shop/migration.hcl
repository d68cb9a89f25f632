# Moves the example shop from one server to another. To try it:
#
#   go run ./cmd/sandbox -load examples/shop
#
# and, in another terminal, with the two export lines it prints:
#
#   migrator -chdir=examples/shop plan -out=shop.plan
#   migrator -chdir=examples/shop apply shop.plan

variable "source_url" {
  type        = string
  description = "Where the shop is now: postgres://user:password@host:port/shop"
  sensitive   = true
}

variable "destination_url" {
  type        = string
  description = "Where it is going: an empty database"
  sensitive   = true
}

variable "megabytes_per_second" {
  type        = number
  description = "How much may be read from the source; 0 is no limit"
  default     = 0
}

source {
  url = var.source_url
}

destination {
  url = var.destination_url
}

parallelism {
  copy              = 4
  index             = 2
  split_larger_than = "256MiB"
}

throttle {
  megabytes_per_second = var.megabytes_per_second
}

state {
  path = "shop.migrator.json"
}
