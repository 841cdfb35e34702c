terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Team = "shop" } }
}

variable "stage" {
  type        = number
  default     = 1
  description = "2 asks for every change that can be made in place."
}

locals { grown = var.stage > 1 }

resource "aws_kms_key" "orders" {
  description             = "Items of orders"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_kms_alias" "orders" {
  name          = "alias/orders"
  target_key_id = aws_kms_key.orders.key_id
}

resource "aws_dynamodb_table" "orders" {
  name             = "orders"
  billing_mode     = "PROVISIONED"
  read_capacity    = 5
  write_capacity   = 5
  hash_key         = "orderId"
  range_key        = "line"
  stream_enabled   = true
  stream_view_type = local.grown ? "NEW_IMAGE" : "NEW_AND_OLD_IMAGES"
  table_class      = local.grown ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD"

  attribute {
    name = "orderId"
    type = "S"
  }
  attribute {
    name = "line"
    type = "N"
  }
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "placedAt"
    type = "N"
  }
  dynamic "attribute" {
    for_each = local.grown ? ["status"] : []
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name               = "by-customer"
    hash_key           = "customer"
    range_key          = "placedAt"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
    read_capacity      = local.grown ? 7 : 5
    write_capacity     = 5
  }
  dynamic "global_secondary_index" {
    for_each = local.grown ? ["by-status"] : []
    content {
      name            = global_secondary_index.value
      hash_key        = "status"
      projection_type = "KEYS_ONLY"
      read_capacity   = 3
      write_capacity  = 3
    }
  }
  local_secondary_index {
    name            = "by-date"
    range_key       = "placedAt"
    projection_type = "ALL"
  }
  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = local.grown ? 14 : 35
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.orders.arn
  }
  tags = { Name = "orders", Stage = var.stage }
  lifecycle { ignore_changes = [read_capacity, write_capacity] }
}

resource "aws_dynamodb_table" "sessions" {
  name           = "sessions"
  billing_mode   = local.grown ? "PROVISIONED" : "PAY_PER_REQUEST"
  read_capacity  = local.grown ? 4 : null
  write_capacity = local.grown ? 4 : null
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
  dynamic "on_demand_throughput" {
    for_each = local.grown ? [] : [1]
    content {
      max_read_request_units  = 100
      max_write_request_units = 50
    }
  }
  tags = local.grown ? null : { Temporary = "yes" }
}

resource "aws_dynamodb_table" "archive" {
  name                        = "archive"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = local.grown
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.sessions.name
  hash_key   = aws_dynamodb_table.sessions.hash_key
  item = jsonencode({ id = { S = "first" }, visits = { N = tostring(var.stage) },
  seen = { L = [{ BOOL = true }, { NULL = true }] } })
}

resource "aws_dynamodb_contributor_insights" "orders" {
  table_name = aws_dynamodb_table.orders.name
}

resource "aws_dynamodb_contributor_insights" "by_customer" {
  table_name = aws_dynamodb_table.orders.name
  index_name = "by-customer"
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = aws_dynamodb_table.orders.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = local.grown ? ["dynamodb:GetItem", "dynamodb:Query"] : ["dynamodb:GetItem"]
      Resource  = aws_dynamodb_table.orders.arn
    }]
  })
}

data "aws_caller_identity" "me" {}
locals {
  scaled = {
    table-read  = ["table/orders", "dynamodb:table:ReadCapacityUnits", "DynamoDBReadCapacityUtilization"]
    table-write = ["table/orders", "dynamodb:table:WriteCapacityUnits", "DynamoDBWriteCapacityUtilization"]
    index-read  = ["table/orders/index/by-customer", "dynamodb:index:ReadCapacityUnits", "DynamoDBReadCapacityUtilization"]
  }
}

resource "aws_appautoscaling_target" "orders" {
  for_each           = local.scaled
  service_namespace  = "dynamodb"
  resource_id        = each.value[0]
  scalable_dimension = each.value[1]
  min_capacity       = local.grown ? 6 : 5
  max_capacity       = 100
  depends_on         = [aws_dynamodb_table.orders]
}

resource "aws_appautoscaling_policy" "orders" {
  for_each           = aws_appautoscaling_target.orders
  name               = "utilization-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = local.grown ? 60 : 70
    scale_in_cooldown  = 60
    scale_out_cooldown = 30
    predefined_metric_specification {
      predefined_metric_type = local.scaled[each.key][2]
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "morning" {
  name               = "morning"
  service_namespace  = "dynamodb"
  resource_id        = aws_appautoscaling_target.orders["table-read"].resource_id
  scalable_dimension = aws_appautoscaling_target.orders["table-read"].scalable_dimension
  schedule           = "cron(0 6 * * ? *)"
  timezone           = "Europe/Berlin"
  scalable_target_action {
    min_capacity = 20
    max_capacity = local.grown ? 200 : 100
  }
}

resource "aws_sns_topic" "alarms" { name = "alarms" }

resource "aws_cloudwatch_metric_alarm" "throttled" {
  alarm_name          = "orders-throttled"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = local.grown ? 5 : 3
  datapoints_to_alarm = 2
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "orders-errors"
  evaluation_periods  = 1
  threshold           = local.grown ? 2 : 1
  comparison_operator = "GreaterThanThreshold"
  metric_query {
    id          = "e1"
    expression  = "SUM(METRICS())"
    label       = "errors"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = ["GetItem", "PutItem"]
    content {
      id = lower(metric_query.value)
      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = "SystemErrors"
        period      = 60
        stat        = "Sum"
        dimensions  = { TableName = aws_dynamodb_table.orders.name, Operation = metric_query.value }
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "orders" {
  alarm_name = "orders"
  alarm_rule = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name}) OR ALARM(${aws_cloudwatch_metric_alarm.throttled.alarm_name})"
}

resource "aws_cloudwatch_dashboard" "orders" {
  dashboard_name = "orders"
  dashboard_body = jsonencode({ widgets = [{ type = "text", x = 0, y = 0, width = 6, height = 2,
  properties = { markdown = "stage ${var.stage}" } }] })
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "reader" {
  name                 = "orders-reader"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = local.grown ? 7200 : 3600
}

resource "aws_iam_role_policy" "reader" {
  name = "read"
  role = aws_iam_role.reader.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = local.grown ? ["dynamodb:Query"] : ["dynamodb:Query", "dynamodb:GetItem"],
  Resource = [aws_dynamodb_table.orders.arn, "${aws_dynamodb_table.orders.arn}/index/*"] }] })
}

resource "aws_iam_policy" "write" {
  name = "orders-write"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
  Action = local.grown ? "dynamodb:*Item" : "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn }] })
}

resource "aws_iam_role_policy_attachment" "write" {
  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.write.arn
}

data "aws_dynamodb_table" "orders" { name = aws_dynamodb_table.orders.name }
data "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.sessions.name
  key        = jsonencode({ id = { S = "first" } })
  depends_on = [aws_dynamodb_table_item.first]
}
output "seen" { value = data.aws_dynamodb_table_item.first.item }
