// What a program on the Go SDK sees of the embedded AWS; prints one JSON object. This SDK speaks
// only rpc-v2-cbor to CloudWatch.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

func code(err error) string {
	var fault smithy.APIError
	if errors.As(err, &fault) {
		return fault.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return "accepted"
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	ctx := context.Background()
	config := aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(os.Args[1]),
		RetryMaxAttempts: 1,
		Credentials:      credentials.NewStaticCredentialsProvider("123456789012", "none", ""),
	}
	seen := map[string]any{}

	tables := dynamodb.NewFromConfig(config)
	table := &dynamodb.CreateTableInput{
		TableName:            aws.String("orders"),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		BillingMode:          types.BillingModePayPerRequest,
	}
	_, err := tables.CreateTable(ctx, table)
	must(err)
	_, err = tables.CreateTable(ctx, table)
	seen["exists"] = code(err)
	must(dynamodb.NewTableExistsWaiter(tables).Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")}, time.Minute,
		func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 100 * time.Millisecond; o.MaxDelay = time.Second }))
	item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}, "n": &types.AttributeValueMemberN{Value: "1"}}
	_, err = tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("orders"), Item: item})
	must(err)
	_, err = tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("orders"), Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")})
	seen["condition"] = code(err)
	scanned, err := tables.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("orders")})
	must(err)
	seen["count"] = scanned.Count

	alarms := cloudwatch.NewFromConfig(config)
	_, err = alarms.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("high"), Namespace: aws.String("mine"), MetricName: aws.String("load"),
		Statistic: cloudwatchtypes.StatisticSum, Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1),
		Threshold: aws.Float64(1.5), ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanThreshold,
		Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("TableName"), Value: aws.String("orders")}},
	})
	must(err)
	described, err := alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"high"}})
	must(err)
	alarm := described.MetricAlarms[0]
	seen["alarm"] = []any{string(alarm.StateValue), *alarm.Threshold, *alarm.Dimensions[0].Value}
	seen["updated"] = time.Since(*alarm.AlarmConfigurationUpdatedTimestamp) < time.Minute
	_, err = alarms.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("nobody"), StateValue: cloudwatchtypes.StateValueOk, StateReason: aws.String("none")})
	seen["noAlarm"] = code(err)
	minute := time.Now().Add(-2 * time.Minute).Truncate(time.Minute)
	_, err = alarms.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("mine"),
		MetricData: []cloudwatchtypes.MetricDatum{{MetricName: aws.String("load"), Value: aws.Float64(7.5), Timestamp: &minute}}})
	must(err)
	data, err := alarms.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(minute.Add(-10 * time.Minute)), EndTime: aws.Time(minute.Add(10 * time.Minute)),
		MetricDataQueries: []cloudwatchtypes.MetricDataQuery{{Id: aws.String("m"), MetricStat: &cloudwatchtypes.MetricStat{
			Metric: &cloudwatchtypes.Metric{Namespace: aws.String("mine"), MetricName: aws.String("load")},
			Period: aws.Int32(60), Stat: aws.String("Sum")}}},
	})
	must(err)
	seen["values"] = data.MetricDataResults[0].Values
	_, err = alarms.PutDashboard(ctx, &cloudwatch.PutDashboardInput{DashboardName: aws.String("mine"), DashboardBody: aws.String(`{"widgets":[]}`)})
	seen["dashboard"] = code(err)
	must(json.NewEncoder(os.Stdout).Encode(seen))
}
