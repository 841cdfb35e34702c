// What a program on the JavaScript SDK sees of the embedded AWS; prints one JSON object.
import {
  CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand, PutMetricAlarmCommand,
  PutMetricDataCommand, SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  BatchWriteItemCommand, CreateTableCommand, DescribeTableCommand, DynamoDBClient,
  PutItemCommand, QueryCommand, UpdateTableCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

const options = {
  endpoint: process.argv[2],
  region: "us-east-1",
  maxAttempts: 1,
  credentials: { accessKeyId: "123456789012", secretAccessKey: "none" },
};
const dynamodb = new DynamoDBClient(options);
const cloudwatch = new CloudWatchClient(options);
const seen = {};

const refused = async (client, command) => {
  try {
    await client.send(command);
    return "accepted";
  } catch (error) {
    return error.name;
  }
};

const table = {
  TableName: "orders",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
};
await dynamodb.send(new CreateTableCommand(table));
seen.exists = await refused(dynamodb, new CreateTableCommand(table));
await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 1 }, { TableName: "orders" });
const requests = [1, 2, 3].map((n) => ({
  PutRequest: { Item: { pk: { S: "a" }, sk: { N: String(n) }, b: { B: new Uint8Array([0, 255]) } } },
}));
await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { orders: requests } }));
seen.condition = await refused(dynamodb, new PutItemCommand({
  TableName: "orders",
  Item: { pk: { S: "a" }, sk: { N: "1" } },
  ConditionExpression: "attribute_not_exists(pk)",
}));
const found = await dynamodb.send(new QueryCommand({
  TableName: "orders",
  KeyConditionExpression: "pk = :a AND sk > :one",
  ExpressionAttributeValues: { ":a": { S: "a" }, ":one": { N: "1" } },
}));
seen.keys = found.Items.map((item) => item.sk.N);
seen.bytes = Array.from(found.Items[0].b.B);
await dynamodb.send(new UpdateTableCommand({ TableName: "orders", DeletionProtectionEnabled: true }));
const described = await dynamodb.send(new DescribeTableCommand({ TableName: "orders" }));
seen.protected = described.Table.DeletionProtectionEnabled;
seen.created = described.Table.CreationDateTime instanceof Date;

await cloudwatch.send(new PutMetricAlarmCommand({
  AlarmName: "high", Namespace: "mine", MetricName: "load", Statistic: "Sum", Period: 60,
  EvaluationPeriods: 1, Threshold: 1.5, ComparisonOperator: "GreaterThanThreshold",
}));
const alarms = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["high"] }));
seen.alarm = [alarms.MetricAlarms[0].StateValue, alarms.MetricAlarms[0].Threshold];
seen.noAlarm = await refused(cloudwatch, new SetAlarmStateCommand({
  AlarmName: "nobody", StateValue: "OK", StateReason: "none",
}));
const minute = new Date(Math.floor(Date.now() / 60000) * 60000 - 120000);
await cloudwatch.send(new PutMetricDataCommand({
  Namespace: "mine", MetricData: [{ MetricName: "load", Value: 7.5, Timestamp: minute }],
}));
const data = await cloudwatch.send(new GetMetricDataCommand({
  StartTime: new Date(minute.getTime() - 600000),
  EndTime: new Date(minute.getTime() + 600000),
  MetricDataQueries: [{
    Id: "m", MetricStat: { Metric: { Namespace: "mine", MetricName: "load" }, Period: 60, Stat: "Sum" },
  }],
}));
seen.values = data.MetricDataResults[0].Values;
console.log(JSON.stringify(seen));
